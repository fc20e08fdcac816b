import type { CommandRun } from '../context.js';
import { runStateAction } from '../link/state-action.js';

export const run: CommandRun = ({ context }) => runStateAction(context, 'stop_recording');
