/**
 * Opens an index of an earlier version and dies after the n-th statement of what brings it up to date.
 *
 * Usage: killed-migration.ts INDEX N (0: never; prints how many statements there are)
 */
import Database from 'better-sqlite3'
import { openDatabase, readMigrations } from '../../../src/store/database.ts'

const [, , path = '', count = '0'] = process.argv
let passed = 0

const texts = new Set(readMigrations().map(({ sql }) => sql))
const { exec } = Database.prototype
Database.prototype.exec = function execOneByOne(sql: string) {
  if (!texts.has(sql)) return exec.call(this, sql)
  let statement = ''
  for (const line of sql.replaceAll(/--.*$/gm, '').split('\n')) {
    statement += `${line}\n`
    if (!/;\s*$/.test(line)) continue
    try {
      exec.call(this, statement)
    } catch (error) {
      // A semicolon in the middle of a trigger.
      if (String(error).includes('incomplete input')) continue
      throw error
    }
    statement = ''
    passed += 1
    if (passed === Number(count)) process.kill(process.pid, 'SIGKILL')
  }
  return this
}

openDatabase(path).close()
process.stdout.write(String(passed))
