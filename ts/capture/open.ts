import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { Problem } from '../domain/problem.js';
import { findRecorders } from '../system/desktop/recorders.js';
import { STDIN } from './files/decoder.js';
import { FileSource } from './files/file-source.js';
import { MicrophoneSource } from './microphone/microphone-source.js';
import type { Source, SourceOptions } from './source.js';

const FILE_PREFIX = 'wav:';

/**
 * Opens `mic` or `wav:FILE[,FILE...]`. Nothing runs before `start`. Rejects with a `Problem` where there is
 * no recording program, or where the spec is none.
 */
export async function openSource(spec: string, options: SourceOptions): Promise<Source> {
  if (spec === 'mic') return openMicrophone(options);
  const files = spec.startsWith(FILE_PREFIX) ? splitNames(spec.slice(FILE_PREFIX.length)) : [];
  if (files.length === 0) throw wrongSpec(spec);
  return openFiles(files, options);
}

/** Opens files by their names, whatever signs are in them; `-` is our own stdin. Throws a `Problem` for one that can't be read. */
export function openFiles(files: readonly string[], options: SourceOptions): Source {
  for (const file of files) if (file !== STDIN) checkReadable(file);
  return new FileSource(files, options);
}

/** A comma separates; `\,` is a comma in a name, `\\` a backslash, any other backslash stands for itself. */
function splitNames(list: string): readonly string[] {
  const names = list.match(/(?:\\[\\,]|[^,])+/g) ?? [];
  return names.map((name) => name.replace(/\\([\\,])/g, '$1'));
}

/** A wrong name is told before anything starts, with the name as it was given. */
function checkReadable(file: string): void {
  const problem = (what: string) => new Problem('audio_unreadable', `${file}: ${what}`);
  try {
    if (statSync(file).isDirectory()) throw problem('is a folder: name the files in it');
    accessSync(file, constants.R_OK);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw problem(existsSync(file) ? 'can not be read: check its permissions' : 'no such file');
  }
}

function openMicrophone(options: SourceOptions): Source {
  const recorders = findRecorders(options.env);
  const [first, ...others] = recorders;
  if (first === undefined) {
    throw new Problem(
      'no_microphone_program',
      'No recording program found: install pw-record (package pipewire-bin), parec (pulseaudio-utils) or arecord (alsa-utils)',
    );
  }
  return new MicrophoneSource([first, ...others], options);
}

function wrongSpec(spec: string): Problem {
  const message = `Unknown source ${spec}: give mic or wav:FILE[,FILE...]`;
  return new Problem('unknown_source', message, { exitCode: 2 });
}
