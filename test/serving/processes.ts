import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly name: string;
}

/** All that a process has started, directly or not. */
function descendantsOf(ancestor: number): readonly Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(all.map((pid) => [pid, parentOf(pid)]));
  const isOurs = (pid: number): boolean => {
    const parent = parents.get(pid) ?? 0;
    return parent > 1 && (parent === ancestor || isOurs(parent));
  };
  return all.filter(isOurs).map((pid) => ({ pid, name: nameOf(pid) }));
}

/** The engine's process of a server. */
export function enginesOf(server: number): readonly number[] {
  const found = descendantsOf(server).filter(({ name }) => /ServeReplica:\w+:engines/.test(name));
  return found.map(({ pid }) => pid);
}

/** Resident memory of a process and all that it started, in MB. */
export function residentMb(server: number): number {
  const pids = [server, ...descendantsOf(server).map(({ pid }) => pid)];
  const kb = pids.map((pid) => Number(/^VmRSS:\s+(\d+)/m.exec(read(pid, 'status'))?.[1] ?? 0));
  return (kb.reduce((sum, one) => sum + one, 0) * 1024) / 1e6;
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(read(pid, 'status'))?.[1] ?? 0);
}

function nameOf(pid: number): string {
  return read(pid, 'cmdline').replaceAll('\0', ' ').trim();
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
