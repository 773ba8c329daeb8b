import type { Command } from 'commander'
import { contextOf } from '../context.ts'

export function addVerifyCommand(_program: Command): void {
  void contextOf
}
