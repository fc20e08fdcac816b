import { controlAction } from '../link/control-action.js';

export const run = controlAction(
  'toggle',
  'Sending toggle command...',
  ({ state }) => `State: ${state}`,
);
