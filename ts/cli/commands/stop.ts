import { controlAction } from '../link/control-action.js';

export const run = controlAction('stop', 'Stopping daemon...', () => 'Daemon stopping');
