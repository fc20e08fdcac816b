import { onTestFinished } from 'vitest';
import { type DaemonProcess, startDaemon } from './daemon.js';
import { openWorkspace, type Workspace } from './workspace.js';

/** A workspace for the test that runs now. When that ends, its daemons are killed and the folder is removed. */
export interface Home extends Workspace {
  start(args: readonly string[], env?: NodeJS.ProcessEnv): DaemonProcess;
}

export function openHome(): Home {
  const workspace = openWorkspace();
  onTestFinished(() => workspace.remove());
  return { ...workspace, start: (args, env) => startInTest(workspace, args, env) };
}

function startInTest(
  workspace: Workspace,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): DaemonProcess {
  const daemon = startDaemon(workspace, args, env);
  onTestFinished(async () => void (await daemon.kill()));
  return daemon;
}
