/** Where a model lives. `cuda` is also the name of the simulated card's side; outputs label it "simulated". */
export type Device = 'cuda' | 'cpu';
/** What can read an utterance: an engine on this machine, or the one on another. */
export type Rung = Device | 'remote';
/** `stt` is speech recognition, `vad` voice activity detection. */
export type Model = 'stt' | 'vad';
/** A person's wish: a fixed device, or `auto` to hand the model back to the policy. */
export type Wish = Device | 'auto';
/** The process that runs an engine. The ear (VAD on the CPU) is not placed by the policy and always runs. */
export type WorkerRole = 'gpu' | 'cpu';
/** What recognises speech on the CPU. */
export type CpuEngine = 'embedded' | 'canary-fp32' | 'canary-int8';
