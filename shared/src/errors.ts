/**
 * When something that failed is worth another try: `never` the same answer would come again, `later` by itself after
 * a pause, `ask-user` once a person has changed something.
 */
export type RetryPolicy = 'never' | 'later' | 'ask-user'

interface Entry {
  /** One sentence: what happened. */
  readonly say: string
  /** One sentence: what to do, or that nothing is to be done. */
  readonly hint: string
  readonly retry: RetryPolicy
  /** Status of an HTTP answer that carries this code. */
  readonly status: number
}

const entry = (say: string, hint: string, retry: RetryPolicy = 'never', status = 422): Entry => ({
  say,
  hint,
  retry,
  status,
})

/** Every error and reason a person can meet. Codes are permanent; wording may improve. Listed in docs/errors.md. */
export const catalogue = {
  // Fetching: why a picture did not arrive.
  DOWNLOAD_URL_REFUSED: entry(
    'The address is not one a picture may be fetched from.',
    'Only http and https addresses without credentials on ordinary ports are fetched.',
  ),
  DOWNLOAD_PRIVATE_ADDRESS: entry(
    'The host leads to a private or reserved network address.',
    'Such addresses are never contacted. A VPN that invents addresses or a sign-in page of the network can be the cause: retry without it.',
    'ask-user',
  ),
  DOWNLOAD_DNS: entry(
    'The host name could not be resolved.',
    'It is tried again later; the host may be gone.',
    'later',
    502,
  ),
  DOWNLOAD_CONNECT: entry(
    'No connection to the host could be made.',
    'It is tried again later.',
    'later',
    502,
  ),
  DOWNLOAD_TLS: entry(
    "The host's certificate is not valid.",
    'The picture is not fetched over a connection that cannot be trusted.',
  ),
  DOWNLOAD_TIMEOUT: entry('The host did not answer in time.', 'It is tried again later.', 'later', 504),
  DOWNLOAD_TOO_SLOW: entry('The host sent the picture too slowly.', 'It is tried again later.', 'later', 504),
  DOWNLOAD_TOO_LARGE: entry(
    'The file is larger than the dataset allows.',
    'Raise the size limit in the settings of the dataset, then retry.',
    'ask-user',
    413,
  ),
  DOWNLOAD_CUT_SHORT: entry(
    'The connection ended before the whole file had arrived.',
    'It is tried again later.',
    'later',
    502,
  ),
  DOWNLOAD_REDIRECTS: entry('The address was redirected too often or in a circle.', 'It was skipped.'),
  DOWNLOAD_REDIRECT_INSECURE: entry('A secure address was redirected to an insecure one.', 'It was skipped.'),
  DOWNLOAD_ENCODING: entry(
    'The host sent the file in a compressed form that was not asked for.',
    'It was skipped.',
  ),
  DOWNLOAD_HEADERS: entry("The host's answer was not valid HTTP.", 'It was skipped.'),
  DOWNLOAD_NOT_FOUND: entry(
    'The host no longer has this picture.',
    'It was skipped; another address of the same picture is tried when there is one.',
  ),
  DOWNLOAD_FORBIDDEN: entry(
    'The host refused to give the picture.',
    'Another address of the same picture is tried when there is one.',
    'ask-user',
  ),
  DOWNLOAD_RATE_LIMITED: entry(
    'The host asked for fewer requests.',
    'It is tried again when the host allows it.',
    'later',
    503,
  ),
  DOWNLOAD_SERVER_ERROR: entry('The host had an error of its own.', 'It is tried again later.', 'later', 502),
  DOWNLOAD_STATUS: entry('The host answered with an unexpected status.', 'It was skipped.'),
  DOWNLOAD_OPTED_OUT: entry(
    'The host asks that its pictures not be used for machine learning.',
    'The picture was not kept. The dataset can be told to ignore such signals.',
    'ask-user',
  ),
  DOWNLOAD_ROBOTS: entry(
    'The host asks programs not to fetch this address.',
    'It was not fetched; another address of the same picture is tried when there is one. The dataset can be told to ignore the rules of its robots.txt.',
    'ask-user',
  ),
  DOWNLOAD_ROBOTS_UNREADABLE: entry(
    'The host could not be asked what programs may fetch.',
    'Its robots.txt is asked for again later.',
    'later',
    503,
  ),
  DOWNLOAD_HOST_BUSY: entry(
    'The host has no room just now.',
    'It is asked when its turn comes.',
    'later',
    503,
  ),
  DOWNLOAD_CHALLENGE: entry(
    'The host wants to know whether a person is asking.',
    'The host is left alone for a while; the browser of the person may get the picture.',
    'ask-user',
    403,
  ),

  // The bytes: why they are not a usable picture.
  IMAGE_EMPTY: entry('The file is empty.', 'It was skipped.'),
  IMAGE_NOT_AN_IMAGE: entry(
    'The address led to something that is not a picture.',
    'It was skipped; often a page is sent in place of a picture.',
  ),
  IMAGE_VECTOR: entry('The picture is a vector drawing.', 'Vector pictures are not collected.'),
  IMAGE_UNSUPPORTED: entry(
    'The picture is in a format that is not read.',
    'JPEG, PNG, WebP, GIF and AVIF are read.',
  ),
  IMAGE_TRUNCATED: entry('The picture ends before it is complete.', 'It was skipped.'),
  IMAGE_CORRUPT: entry('The picture is damaged and cannot be decoded.', 'It was skipped.'),
  IMAGE_TOO_MANY_PIXELS: entry(
    'The picture has more pixels than the dataset allows.',
    'Raise the pixel limit in the settings of the dataset, then retry.',
    'ask-user',
  ),
  IMAGE_TOO_SMALL: entry(
    'The picture is smaller than the dataset allows.',
    'Lower the minimum side in the settings of the dataset, then retry.',
    'ask-user',
  ),
  IMAGE_EXTREME_ASPECT: entry(
    'The picture is far longer than wide, or wider than long.',
    'Raise the aspect limit in the settings of the dataset, then retry.',
    'ask-user',
  ),
  IMAGE_ONLY_THUMBNAIL: entry(
    'Only a thumbnail is there, and the dataset does not take thumbnails.',
    'Allow thumbnails in the settings of the dataset, then retry.',
    'ask-user',
  ),
  IMAGE_PLACEHOLDER: entry(
    'The host sends this same picture for many different addresses.',
    'It stands in for pictures the host does not give. If it is the picture after all, retry it: then it is taken as it comes.',
    'ask-user',
  ),
  IMAGE_UNIFORM: entry('The picture shows a single plain colour.', 'It was skipped.'),
  IMAGE_DECODER_CRASH: entry(
    'Decoding the picture stopped the decoder twice.',
    'The file was set aside and is not tried again by itself.',
    'ask-user',
  ),
  IMAGE_DECODE_TIMEOUT: entry('Decoding the picture took too long.', 'It was skipped.', 'ask-user'),

  // Decisions about a picture.
  DUPLICATE_URL: entry(
    'The dataset already holds the picture of this address.',
    'Retry it to fetch it all the same.',
    'ask-user',
    200,
  ),
  DUPLICATE_DIGEST: entry('The dataset already holds this very file.', 'Nothing to do.'),
  DUPLICATE_PIXELS: entry(
    'The dataset already holds the very same pixels in another file.',
    'Nothing to do.',
  ),
  DUPLICATE_LOOK: entry(
    'The dataset already holds the same picture.',
    'Nothing to do. If it is another one, say so under Activity: “Not a duplicate”.',
  ),
  DUPLICATE_OTHER_CLASS: entry(
    'The dataset holds this picture in another class than the one it was collected for.',
    'Decide under Duplicates which class it belongs to.',
    'ask-user',
    409,
  ),
  STORED: entry('The picture is in its class folder.', 'Nothing to do.', 'never', 200),
  STORED_THUMBNAIL: entry(
    'Only the thumbnail could be had; it is in its class folder and marked.',
    'It is replaced when the original turns up.',
    'ask-user',
    200,
  ),
  UPGRADED: entry('The picture replaced a lesser copy of itself.', 'Nothing to do.', 'never', 200),
  BLOCKED_REMOVED: entry(
    'A person removed this picture from the dataset before.',
    'It stays away unless it is restored.',
  ),
  CANCELLED: entry(
    'Collecting this picture was cancelled.',
    'Retry it to collect it after all.',
    'ask-user',
    200,
  ),
  CANCELLED_UNDONE: entry(
    'The collect that brought it was undone.',
    'Collect it again to have it after all.',
  ),

  // Fetching by the person's own browser, where a host refuses the server.
  BROWSER_FETCH_REFUSED: entry(
    'The host refused the browser, too.',
    'Open the page the picture stands on; it may want a sign-in.',
    'ask-user',
    502,
  ),
  BROWSER_FETCH_FAILED: entry(
    'The browser could not fetch the picture.',
    'It can be retried; the host may be gone.',
    'ask-user',
    502,
  ),
  BROWSER_FETCH_TOO_LARGE: entry(
    'The file the browser was sent is larger than the dataset allows.',
    'Raise the size limit in the settings of the dataset, then retry.',
    'ask-user',
    413,
  ),
  BROWSER_FETCH_NOT_ASKED: entry(
    'Nobody asked the browser for this picture, or it has arrived otherwise.',
    'Nothing is to be done.',
    'never',
    404,
  ),

  // The server and its disk.
  STORE_DISK_FULL: entry(
    'The disk has too little room left.',
    'Free some space; collecting goes on by itself.',
    'later',
    507,
  ),
  STORE_IO: entry(
    'The disk reported an error.',
    'Check the disk; the program stops rather than risk what is already collected.',
    'ask-user',
    500,
  ),
  STORE_NEWER: entry(
    'The dataset was written by a newer version of Gleaner.',
    'Update Gleaner, then open the dataset again.',
    'ask-user',
    500,
  ),
  STORE_DAMAGED: entry(
    'The index of the dataset is damaged.',
    'Run "gleaner verify", and restore the dataset from a copy if it cannot be repaired.',
    'ask-user',
    500,
  ),
  STORE_UNSAFE_PATH: entry(
    'A folder of the dataset is a link or belongs to somebody else.',
    'Put a real folder of your own in its place.',
    'ask-user',
    500,
  ),

  // Copies of datasets.
  BACKUP_EXISTS: entry(
    'There is something in the place of the backup.',
    'Name a folder that does not exist yet; a backup never overwrites anything.',
    'ask-user',
    409,
  ),
  BACKUP_UNSOUND: entry(
    'The dataset is not sound, and neither would its copy be.',
    'Stop the server, run "npm run -s gleaner -- verify --repair", then make the backup again.',
    'ask-user',
    500,
  ),
  BACKUP_UNSETTLED: entry(
    'Pictures went faster than they could be copied.',
    'Make the backup again when the server is less busy.',
    'later',
    503,
  ),

  // Exports: what is found before one is written, and why one was not.
  EXPORT_EMPTY: entry(
    'No picture is left to be written.',
    'Choose other splits or a larger trial, or make a version with pictures in it.',
  ),
  EXPORT_CLASS_RENAMED: entry(
    'Classes are written under names that every consumer can read.',
    'Their labels are kept in the metadata; nothing is to be done.',
  ),
  EXPORT_CLASS_KEYWORD: entry(
    'A name of a class holds a word that some readers take for a split: its pictures would be counted in the wrong one, or all others would vanish.',
    'Let it be written as one word.',
  ),
  EXPORT_CLASS_UNSAFE: entry(
    'A name of a class cannot be the name of a folder everywhere.',
    'Choose one of letters, digits, "-" and "_" that is no reserved name.',
  ),
  EXPORT_CLASS_COLLISION: entry(
    'Two classes would be written under one name, or under names that differ in nothing but case.',
    'Give one of them another name.',
  ),
  EXPORT_CLASS_UNKNOWN: entry(
    'A class is named that has no pictures in this version.',
    'See the labels of the version.',
  ),
  EXPORT_CLASS_MISSING: entry(
    'A class has no picture in one of the splits: readers that count folders would give every later class another number there.',
    'Assign splits anew, leave the class out, or write fewer splits.',
  ),
  EXPORT_ONE_CLASS: entry(
    'There is one class only: some readers give no labels then.',
    'Add the pictures it is to be told from.',
  ),
  EXPORT_NOT_SPLIT: entry(
    'The pictures are in no split: whoever trains has to divide them, and may part copies of one picture.',
    'Assign splits, then make a new version.',
  ),
  EXPORT_UNSPLIT_LEFT_OUT: entry(
    'Pictures that are in no split are left out.',
    'Assign splits to them, then make a new version.',
  ),
  EXPORT_PAIRS_ACROSS_SPLITS: entry(
    'Near-duplicates are in different splits: what is measured on the test pictures would be too good.',
    'Assign splits anew, then make a new version.',
  ),
  EXPORT_FILES_GONE: entry(
    'Pictures of this version are no longer here, because the trash was emptied since.',
    'Leave them out, or make a new version.',
  ),
  EXPORT_GONE_LEFT_OUT: entry(
    'Pictures of this version are left out, because the trash was emptied since.',
    'Nothing to do; a new version says so by itself.',
  ),
  EXPORT_ORIGINALS_GONE: entry(
    'Pictures are to be written larger than they are filed, and their originals were not kept.',
    'Those are enlarged from what is filed; or ask for a smaller size.',
  ),
  EXPORT_ENLARGED: entry(
    'Pictures are smaller than the size that was asked for, and are enlarged.',
    'Ask for a smaller size, or for the fit "inside", which never enlarges.',
  ),
  EXPORT_TINY: entry(
    'Pictures have a side below 10 pixels, which Ultralytics refuses.',
    'Ask for a larger size, or for squares.',
  ),
  EXPORT_BOXES_CUT: entry(
    'Boxes lie outside of what is written of their pictures, wholly or in part.',
    'Those parts are cut off. Ask for whole pictures to keep them.',
  ),
  EXPORT_RENDER_CHANGED: entry(
    'The format asks for other pictures than were asked for.',
    'They are made as it needs them; nothing is to be done.',
  ),
  EXPORT_THUMBNAILS: entry(
    'Some pictures are small previews: their originals could not be had.',
    'Take them out in the gallery, then make a new version.',
  ),
  EXPORT_WEBP_UNSEEN: entry(
    'WebP files are not seen by Keras, nor by TFDS, without a warning.',
    'Write JPEG or PNG.',
  ),
  EXPORT_LINKS_TO_PREVIEWS: entry(
    'Some links lead to small previews, for their originals could not be had.',
    'Whoever follows them gets previews as well.',
  ),
  EXPORT_CONTAINER: entry('This format is not written into such an archive.', 'Write a folder.'),
  EXPORT_NO_BOXES: entry(
    'None of the pictures has a box, and this format is about boxes.',
    'Draw boxes, ask for a box round each whole picture, or choose a format of labels.',
  ),
  EXPORT_UNBOXED: entry(
    'Pictures have no box: a detector would learn them as showing nothing of any class.',
    'Leave them out, or ask for a box round each whole picture.',
  ),
  EXPORT_BOX_TINY: entry(
    'Boxes are so small that some trainers refuse them, or learn nothing from them.',
    'Ask for larger pictures.',
  ),
  EXPORT_BOX_DOUBLED: entry(
    'Boxes are drawn twice at one place under one label.',
    'They are written once; nothing is to be done.',
  ),
  EXPORT_BOX_LABEL: entry(
    'Boxes have labels under which there is no picture.',
    'They become further classes, numbered after those of pictures.',
  ),
  EXPORT_BOX_CROWD: entry(
    'Pictures have more boxes than the consumer takes.',
    'Take some of them away; it would leave out the rest, or the picture.',
  ),
  EXPORT_LABELS_UNSAID: entry(
    'The format keeps labels of boxes only, not those of whole pictures.',
    'Write a second export of labels where those are needed.',
  ),
  EXPORT_PICTURE_FORMAT: entry('The consumer does not read pictures of this kind.', 'Write them as JPEG.'),
  EXPORT_PICTURE_TOO_SMALL: entry(
    'Pictures are smaller than the consumer takes.',
    'Ask for a larger size, or for squares.',
  ),
  EXPORT_PICTURE_TOO_LARGE: entry('Pictures are larger than the consumer takes.', 'Ask for a smaller size.'),
  EXPORT_SPLIT_MISSING: entry(
    'The consumer needs train and validation pictures, and one of the two is missing.',
    'Assign splits, or say which pictures stand in for those of validation.',
  ),
  EXPORT_SPLIT_UNREAD: entry(
    'There is a list of test pictures that torchvision does not read under this year.',
    'Write it as the year 2007.',
  ),
  EXPORT_CLASS_TOO_SMALL: entry(
    'Classes have fewer pictures than the consumer asks for.',
    'Collect more pictures of them, or leave them out.',
  ),
  EXPORT_TOO_MANY_CLASSES: entry(
    'There are more classes, or fewer, than the consumer takes.',
    'Leave some out, or choose another format.',
  ),
  EXPORT_COLUMN_TYPES: entry(
    'The library guesses the types of columns split by split: it would take words for dates, or refuse splits that differ.',
    'Write Parquet, which says its types itself, or the labels alone.',
  ),
  EXPORT_BUCKET_MISSING: entry(
    'The list has to name the place in the bucket where the pictures will be.',
    'Give the address of a bucket and folder in the options.',
  ),
  EXPORT_MIXED_FORMATS: entry(
    'Pictures are files of different kinds, and this reader asks that all samples are alike.',
    'Write all of them as JPEG.',
  ),
  EXPORT_NO_SUPERCLASSES: entry(
    'No class has a superclass: each would be its own coarse label.',
    'Give classes a parent, or write fine labels only.',
  ),
  EXPORT_SIZE_BY_AGREEMENT: entry(
    'Files of this kind do not say how large their pictures are, and readers expect 32 by 32 pixels.',
    'Tell your reader the size; it is written beside the files.',
  ),
  EXPORT_VALIDATION_APART: entry(
    'This format knows train and test pictures only: those of validation go into files of their own, which the usual readers do not open.',
    'Read those files by yourself, or write fewer splits.',
  ),
  EXPORT_SET_EMPTY: entry(
    'Readers of this format ask for train and for test pictures, and there are none of one of the two.',
    'Assign splits, then make a new version.',
  ),
  EXPORT_MUCH_MEMORY: entry(
    'The arrays would take more memory than most machines can spare.',
    'Ask for a smaller size, or for single files, which can be mapped into memory.',
  ),
  EXPORT_BACKGROUND_SHORT: entry(
    'The background class has fewer pictures than its share asks for.',
    'All of them are written.',
  ),
  EXPORT_NAME_TAKEN: entry(
    'There is an export of this name already.',
    'Choose another name, or delete the other export.',
    'ask-user',
    409,
  ),
  EXPORT_NO_ROOM: entry(
    'The disk has too little room for this export.',
    'Free some space, or ask for smaller pictures.',
    'ask-user',
    507,
  ),
  EXPORT_REFUSED: entry(
    'The version cannot be written so.',
    'The findings name what is in the way, and a fix where there is one.',
    'ask-user',
  ),
  EXPORT_UNKNOWN: entry('There is no such export.', 'It may have been deleted.', 'never', 404),
  EXPORT_UNDER_WAY: entry('The export is still being written.', 'Cancel it first.', 'ask-user', 409),
  EXPORT_PICTURE_UNREADABLE: entry(
    'A picture of the version could not be read as it was when the version was made.',
    'Run "gleaner verify", then make a new version.',
    'ask-user',
  ),
  EXPORT_PROOF_FAILED: entry(
    'What was read back is not what should have been written.',
    'The export was not put in place. Please report it with the facts.',
    'ask-user',
    500,
  ),

  // Imports: why something was not brought in.
  IMPORT_SOURCE: entry(
    'There is nothing at this place that can be imported.',
    'Name a folder, an archive (zip, tar, tar.gz) or a list (CSV, JSONL) by its whole path on this machine.',
    'ask-user',
  ),
  IMPORT_FORMAT: entry(
    'It was not recognised what form the pictures come in.',
    'Name the format, or look whether the folder is the one that holds the description.',
    'ask-user',
  ),
  IMPORT_EMPTY: entry(
    'Nothing of it can be imported.',
    'The counts say why; often a class has to be named, or the map names none of its classes.',
    'ask-user',
  ),
  IMPORT_UNSAFE: entry(
    'The archive has an entry that no honest archive has, so nothing of it was taken.',
    'Unpack it with a tool you trust, look at what is in it, and import the folder.',
  ),
  IMPORT_TOO_LARGE: entry(
    'It is larger, or unpacks to more, than an import may be, so nothing of it was taken.',
    'Import it in parts, or unpack it and import the folder.',
  ),
  IMPORT_DAMAGED: entry(
    'The archive or its description is damaged or cut short, so nothing of it was taken.',
    'Get it anew and try again.',
    'ask-user',
  ),
  IMPORT_ENCRYPTED: entry(
    'The archive is encrypted, so nothing of it was taken.',
    'Unpack it and import the folder.',
    'ask-user',
  ),
  IMPORT_FILE_GONE: entry(
    'The file that was imported is not kept any more.',
    'Import it again: what is held already is not taken twice.',
    'ask-user',
    409,
  ),
  IMPORT_BUSY: entry(
    'Another import into this dataset is under way.',
    'Wait until it is done, or cancel it.',
    'ask-user',
    409,
  ),
  RECIPE_INVALID: entry(
    'The recipe cannot be read.',
    'The place that is wrong is named; "gleaner recipe check" looks through a whole file.',
    'ask-user',
  ),

  // Set-up and configuration.
  CONFIG_INVALID: entry(
    'A setting is not valid.',
    'See the facts for the name of the setting and what it may be.',
    'never',
    400,
  ),
  CONFIG_PORT_TAKEN: entry(
    'Another program is using the port.',
    "Choose another one: npm start -- --port 4818; the extension's options need the same number.",
    'ask-user',
    500,
  ),
  CONFIG_ALREADY_RUNNING: entry(
    'Gleaner is already running for this folder.',
    'Open it with "npm run -s gleaner -- open", or choose another folder with --home.',
    'ask-user',
    500,
  ),
  CONFIG_HOME_UNSAFE: entry(
    'The data folder is a link, belongs to somebody else or can be read by others.',
    'Make it a folder of your own that nobody else can read; the facts name the command where there is one.',
    'ask-user',
    500,
  ),

  // The conversation between extension, dashboard, command line and server.
  PROTOCOL_INVALID: entry(
    'The request does not have the expected form.',
    'See the facts for the first thing that is wrong.',
    'never',
    400,
  ),
  PROTOCOL_UNAUTHORIZED: entry(
    'The request carries no valid credential.',
    'Pair the extension again, or open the dashboard from its link.',
    'ask-user',
    401,
  ),
  PROTOCOL_FORBIDDEN: entry(
    'The credential does not allow this.',
    'Use the dashboard or the command line.',
    'never',
    403,
  ),
  PROTOCOL_NOT_FOUND: entry('There is nothing at this address.', 'Check the name or the id.', 'never', 404),
  PROTOCOL_MEDIA_TYPE: entry('The request is not JSON.', 'Send application/json.', 'never', 415),
  PROTOCOL_TOO_LARGE: entry('The request is too large.', 'Send fewer candidates at once.', 'never', 413),
  PROTOCOL_CONFLICT: entry(
    'The same batch was sent before with other contents.',
    'Give every batch an id of its own.',
    'never',
    409,
  ),
  PROTOCOL_RATE_LIMITED: entry(
    'Too many requests in a short time.',
    'Wait for the time the answer names.',
    'later',
    429,
  ),
  PROTOCOL_BUSY: entry(
    'The server cannot take more work just now.',
    'It is sent again after a pause.',
    'later',
    503,
  ),
  PROTOCOL_VERSION: entry(
    'Extension and server are of versions that do not fit together.',
    'Update both and load the extension again.',
    'ask-user',
    426,
  ),
  PROTOCOL_INTERNAL: entry(
    'Something unexpected happened in the server.',
    'It is written to the log; nothing acknowledged is lost.',
    'later',
    500,
  ),
  PAIRING_CODE_WRONG: entry(
    'The pairing code is not right.',
    'Type the code the dashboard shows.',
    'ask-user',
    403,
  ),
  PAIRING_CLOSED: entry(
    'No pairing is open.',
    'Press "Connect" in the dashboard to get a new code.',
    'ask-user',
    403,
  ),
  DATASET_NAME_INVALID: entry(
    'The dataset name cannot be used.',
    'Use 1 to 64 characters with at least one that is visible.',
    'never',
    400,
  ),
  DATASET_FOLDER_NAME: entry(
    'The folder has a name no dataset can have.',
    'Rename the folder: small letters a to z, digits, hyphens and underscores, at most 80.',
    'ask-user',
    409,
  ),
  DATASET_EXISTS: entry('A dataset of this name exists.', 'Choose another name.', 'never', 409),
  CLASS_NAME_INVALID: entry(
    'The class name cannot be used.',
    'Use 1 to 64 characters with at least one that is visible.',
    'never',
    400,
  ),
  CLASS_EXISTS: entry(
    'A class of this name exists.',
    'Choose another name, or merge the two classes.',
    'never',
    409,
  ),
  CLASS_PARENT_INVALID: entry(
    'A class cannot stand above another one that way.',
    'Classes nest one level: what has a class above it has none below, and the other way round.',
    'never',
    400,
  ),
  ACT_UNDER_WAY: entry(
    'The last act is still under way.',
    'Wait until it is done, or cancel it: then it can be undone.',
    'later',
    409,
  ),
  ACT_NOT_UNDONE: entry(
    'This act cannot be undone, or not any more.',
    'Nothing was changed; the history shows what can be undone.',
    'never',
    409,
  ),
  ACT_NOT_REDONE: entry(
    'This act cannot be redone, or not any more.',
    'Nothing was changed. What was undone can be redone until something else is done.',
    'never',
    409,
  ),
  ACT_KEY_USED: entry(
    'The same key was used for something else before.',
    'Give every act a key of its own.',
    'never',
    409,
  ),
  SPLIT_PLAN_INVALID: entry(
    'Validation and test together take everything.',
    'Leave a share for train: both together have to be below 1.',
    'never',
    422,
  ),
  SPLIT_PIN_CONFLICT: entry(
    'Pictures that belong together would be pinned to different splits.',
    'Nothing was changed. Let go of the other pin first, or say that the pictures are no copies of each other.',
    'never',
    409,
  ),
  VERSION_NAME_TAKEN: entry(
    'A version of this name exists.',
    'Choose another name; a version is never replaced.',
    'never',
    409,
  ),
  VERSION_EMPTY: entry(
    'No picture would be in this version.',
    'Collect pictures first, or keep some in review.',
    'never',
    422,
  ),
  VERSION_DAMAGED: entry(
    'The file of this version is not what it was.',
    'Put it back from a backup: it lies in "versions", named by its digest. Other versions are as they were.',
    'ask-user',
    500,
  ),
  BOX_OUTSIDE: entry(
    'A box or crop does not lie within its picture.',
    'Nothing was changed. Boxes are in pixels of the upright original, from its top left corner.',
    'never',
    422,
  ),
  DUPLICATES_CHANGED: entry(
    'These pictures are not as they were when you looked at them.',
    'Nothing was changed: look again, then decide.',
    'ask-user',
    409,
  ),
  DUPLICATES_NOT_UNDONE: entry(
    'This decision can no longer be taken back.',
    'It was taken back before, or what it changed has changed again since.',
    'never',
    409,
  ),

  // The extension.
  HARVEST_NO_RESULTS: entry(
    'This page shows no image results.',
    'Search for something and switch to the images tab.',
    'never',
    200,
  ),
  HARVEST_LAYOUT_CHANGED: entry(
    'Tiles are there, but their originals could not be read.',
    'The page layout may have changed; thumbnails can still be collected.',
    'never',
    200,
  ),
  HARVEST_RELOAD: entry(
    'Reload the page: its first results came before Gleaner.',
    'Their thumbnails can be collected as they are; their originals are read once the page is loaded again.',
    'ask-user',
  ),
  HARVEST_FEW_ORIGINALS: entry(
    'Fewer originals than usual were found on this page.',
    'The engine may have changed its pages. What was found can be collected; a report helps to mend it.',
  ),
  HARVEST_CHALLENGE: entry(
    'The engine wants to know whether a person is searching.',
    'Answer its question in this tab; collecting goes on by itself afterwards.',
    'ask-user',
  ),
  HARVEST_RAN_DRY: entry(
    'The page brings no new originals any more.',
    'Another query, engine or filter brings more.',
  ),
  HARVEST_REPEATS: entry(
    'The engine repeats what it has shown.',
    'This query is exhausted; another query, engine or filter brings more.',
  ),
  HARVEST_SITE_PERMISSION: entry(
    'This site has not been opened to Gleaner.',
    'Allow it in the popup or in the options.',
    'ask-user',
    403,
  ),
  HARVEST_NOTHING_TO_UNDO: entry(
    'There is no collect to take back in this tab.',
    'Only the last one can be taken back, and only once.',
  ),
  HARVEST_OUTBOX_FULL: entry(
    'Too many pictures wait to be sent.',
    'Start the server; collecting works again once it has taken some.',
    'ask-user',
    507,
  ),
  HARVEST_OUTBOX_UNWRITABLE: entry(
    'The browser could not keep the pictures that wait to be sent.',
    'Free some disk space, then collect again.',
    'ask-user',
    507,
  ),
  HARVEST_DISCONNECTED: entry(
    'This page has lost its connection to the extension.',
    'Reload the page.',
    'ask-user',
    503,
  ),
  HARVEST_NO_CONSENT: entry(
    'Reading pages has not been allowed yet.',
    'Press "Allow" in the bar or in the popup.',
    'ask-user',
    403,
  ),
  HARVEST_USAGE: entry(
    'The command does not have the expected form.',
    'Write: npm run -s harvest -- FILE --url PAGE_URL',
    'never',
    400,
  ),
  HARVEST_FILE_UNREADABLE: entry(
    'The saved page could not be read.',
    'Check the path; it has to be a file.',
    'never',
    404,
  ),
  HARVEST_ADDRESS_MISSING: entry(
    'The saved page does not say which address it was saved from.',
    'Name the address of the results page with --url.',
    'never',
    400,
  ),
  HARVEST_ENGINE_UNKNOWN: entry(
    'The address belongs to no engine that can be read.',
    'See the facts for the engines there are; docs/engines.md lists what is read of each.',
    'never',
    400,
  ),
  HARVEST_INTERNAL: entry(
    'Something unexpected happened in the extension.',
    'Reload the page and try again; nothing that was queued is lost.',
    'ask-user',
    500,
  ),
  SERVER_NOT_RUNNING: entry(
    'The Gleaner server is not running.',
    'Run "npm start" in the Gleaner folder.',
    'later',
    503,
  ),
  SERVER_NOT_OURS: entry(
    'Another program answers at the server address.',
    'Check the address in the options, or pair again.',
    'ask-user',
    502,
  ),
  SERVER_NOT_PAIRED: entry(
    'The extension is not connected to the server.',
    'Press "Connect" in the dashboard and type the code here.',
    'ask-user',
    401,
  ),
  SERVER_PERMISSION: entry(
    'The browser does not let the extension reach this machine.',
    'Allow access to 127.0.0.1 for the extension.',
    'ask-user',
    403,
  ),
} as const satisfies Record<string, Entry>

export type ErrorCode = keyof typeof catalogue

/** Numbers, names and addresses that belong to an error; never part of its sentence. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>

/** The one error class. What may be done about it is a property of its code. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly facts: Facts

  constructor(code: ErrorCode, facts: Facts = {}, options?: ErrorOptions) {
    super(catalogue[code].say, options)
    this.code = code
    this.facts = facts
  }
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(catalogue, code)
}

/** Judged by `code`: `instanceof` does not survive a message port, a child process or a second bundle. */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && 'code' in error && isErrorCode(error.code) && 'facts' in error
}
