import type { PolicyEvent } from './events.js';
import type { PolicySettings } from './policy-settings.js';

/** A line of a recorded run: first the settings, then one event a line, as they were fed to the policy. */
export type RecordedLine = { readonly settings: PolicySettings } | { readonly event: PolicyEvent };
