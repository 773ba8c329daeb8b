/**
 * Takes the last collect of a tab back. Its page is asked first, for only the page can end a run that is under way in it;
 * what was collected on a page that is no longer shown can be taken back all the same.
 */
export async function takeBack({
  inPage,
  inBackground,
}: {
  /** Rejects where no content script answers. */
  readonly inPage: () => Promise<unknown>
  readonly inBackground: () => Promise<unknown>
}): Promise<void> {
  try {
    await inPage()
  } catch {
    await inBackground()
  }
}
