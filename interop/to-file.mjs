// usage: node to-file.mjs FILE SCRIPT [ARGUMENT...]
// Runs a script with its standard output in FILE: one that ends with process.exit can lose what a pipe has not taken yet. The exit code is the script's.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

const [file, ...command] = process.argv.slice(2);
if (command.length === 0) {
  console.error('usage: node to-file.mjs FILE SCRIPT [ARGUMENT...]');
  process.exit(2);
}
const output = fs.openSync(file, 'w');
const { status, error } = spawnSync(process.execPath, command, { stdio: ['ignore', output, 'inherit'] });
if (error) throw error;
process.exitCode = status ?? 1;
