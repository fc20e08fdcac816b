import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type LoadOptions, loadConfig } from '../../ts/config/load-config.js';
import { Problem } from '../../ts/domain/problem.js';

function home() {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const env = {
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_RUNTIME_DIR: join(folder, 'run'),
  };
  return { folder, env, file: join(folder, 'config', 'swictation', 'config.toml') };
}

/** Loads a file of this text; returns the configuration and the file's name. */
function load(text: string) {
  const { folder, env } = home();
  const file = join(folder, 'c.toml');
  writeFileSync(file, text);
  return { config: loadConfig({ file, env }), file, folder };
}

/** The line that a person would read. */
function complaint(text: string): string {
  return problemOf(() => load(text)).message;
}

function problemOf(act: () => unknown): Problem {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('accepted');
}

function loadHome(options: Partial<LoadOptions> = {}) {
  const place = home();
  return { ...place, config: loadConfig({ env: place.env, ...options }) };
}

describe('where there is no file', () => {
  test('defaults, and nothing is written unless asked', () => {
    const { config, file } = loadHome();
    expect(existsSync(file)).toBe(false);
    expect(config).toMatchObject({ file, notes: [] });
    expect(config.vad).toMatchObject({ threshold: 0.5, silenceDurationS: 2 });
  });

  test('the written file is private, says the defaults and is read back the same', () => {
    const { config, file, env } = loadHome({ create: true });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
    expect(readFileSync(file, 'utf8')).toContain('\n[vad]\n');
    expect(loadConfig({ env })).toEqual(config);
    expect(loadConfig({ env, create: true })).toEqual(config);
  });

  test('every default of the written file, set by hand, is what is used without it', () => {
    const { config, file, env } = loadHome({ create: true });
    const text = readFileSync(file, 'utf8').replaceAll(/^# (?=\w+ = "[$i])/gm, '');
    writeFileSync(file, text);
    expect(text).toContain('\nzeromq_command = "ipc://$XDG_RUNTIME_DIR/swictation/command"\n');
    expect(loadConfig({ env })).toEqual(config);
  });

  test('a folder that can not be written: defaults and a note', () => {
    const { env, folder } = home();
    writeFileSync(join(folder, 'config'), 'a file where the folder should be');
    const config = loadConfig({ env, create: true });
    expect(config.notes).toHaveLength(1);
    expect(config.notes[0]).toMatch(/could not be written \(.+\), defaults are used$/);
    expect(
      loadConfig({ env: { ...env, XDG_CONFIG_HOME: '/proc/x' }, create: true }).notes,
    ).toHaveLength(1);
  });

  test('a named file must exist and be readable', () => {
    const { env, folder } = home();
    const missing = problemOf(() => loadConfig({ env, file: join(folder, 'no.toml') }));
    expect(missing).toMatchObject({ code: 'config_missing', exitCode: 1 });
    const notAFile = problemOf(() => loadConfig({ env, file: folder }));
    expect(notAFile).toMatchObject({ code: 'config_unreadable', exitCode: 1 });
  });

  test('without XDG_RUNTIME_DIR the sockets are below the data folder', () => {
    const { env, folder } = home();
    const { control } = loadConfig({ env: { HOME: env.HOME, XDG_DATA_HOME: env.XDG_DATA_HOME } });
    expect(control).toEqual({
      socketPath: '/tmp/swictation.sock',
      socketPathV2: `${folder}/data/swictation/swictation.sock`,
      metricsSocketPath: '/tmp/swictation_metrics.sock',
      metricsSocketPathV2: `${folder}/data/swictation/swictation_metrics.sock`,
      zeromqCommand: `ipc://${folder}/data/swictation/run/command`,
      zeromqEvents: `ipc://${folder}/data/swictation/run/events`,
    });
  });
});

describe('files of older daemons', () => {
  test('an empty file', () => {
    expect(load('').config.notes).toEqual([]);
    expect(load('# nothing\n\n').config.vad.threshold).toBe(0.5);
  });

  test('everything of the first generation', () => {
    const { config, folder } = load(`
[vad]
threshold = 0.4
silence_duration = 0.8
[metrics]
enabled = false
database_path = "~/m.db"
show_realtime_feedback = false
typing_baseline_wpm = 60
store_transcription_text = true
[metrics.warnings]
enabled = false
high_latency_threshold_ms = 800
gpu_memory_threshold_percent = 180
degradation_multiplier = 0
accuracy_spike_multiplier = -1.5
[metrics.cleanup]
auto_cleanup_enabled = false
max_segment_age_days = 7
warn_db_size_mb = 5
`);
    expect(config.notes).toEqual([]);
    expect(config.vad).toMatchObject({ threshold: 0.4, silenceDurationS: 0.8 });
    expect(config.metrics).toEqual({
      enabled: false,
      databasePath: join(folder, 'm.db'),
      showRealtimeFeedback: false,
      typingBaselineWpm: 60,
      storeTranscriptionText: true,
      historyDays: 7,
    });
    expect(config.metricsWarnings).toEqual({
      enabled: false,
      highLatencyThresholdMs: 800,
      gpuMemoryThresholdPercent: 180,
      degradationMultiplier: 0,
      accuracySpikeMultiplier: -1.5,
    });
    expect(config.metricsCleanup).toEqual({
      autoCleanupEnabled: false,
      maxSegmentAgeDays: 7,
      warnDbSizeMb: 5,
    });
  });

  test('numbers in quotes, as float() and int() read them', () => {
    const { config } = load(
      '[vad]\nthreshold = " 0.25 "\nsilence_duration = 3\n[metrics.cleanup]\nmax_segment_age_days = 9.9',
    );
    expect(config.vad).toMatchObject({ threshold: 0.25, silenceDurationS: 3 });
    expect(config.metricsCleanup.maxSegmentAgeDays).toBe(9);
  });

  test('everything of the second generation, each key with a note', () => {
    const { config, file } = load(`
socket_path = "/tmp/second.sock"
vad_model_path = "~/silero_vad.onnx"
vad_min_silence = 0.2
vad_min_speech = 0.25
vad_max_speech = 60.0
vad_threshold = 0.25
stt_model_override = "0.6b-cpu"
stt_model_path = "/opt/m"
stt_tokens_path = "/opt/t"
stt_0_6b_model_path = "~/a"
stt_1_1b_model_path = "~/b"
num_threads = 4
audio_device_index = 2
phonetic_threshold = 0.3
[hotkeys]
toggle = "Super+Shift+D"
push_to_talk = "Super+Space"
`);
    expect(config.control.socketPathV2).toBe('/tmp/second.sock');
    expect(config.vad).toMatchObject({ threshold: 0.25, silenceDurationS: 0.3, maxUtteranceS: 40 });
    expect(config.gpu.device).toBe('cpu');
    expect(config.stt.threads).toBe(4);
    expect(config.audio.device).toBe('2');
    expect(config.hotkeys).toEqual({ toggle: 'Super+Shift+D', pushToTalk: 'Super+Space' });
    expect(config.notes).toHaveLength(14);
    expect(config.notes).toContain(`${file}: vad_min_silence is now [vad] silence_duration = 0.3`);
    for (const note of config.notes) expect(note).toMatch(/: \[?\w+\]? is (now \[|ignored: .)/);
  });

  test('a threshold of the scale that is gone, the shared socket, a key that stands in its section', () => {
    const { config } = load(`
vad_threshold = 0.003
socket_path = "/tmp/swictation.sock"
vad_min_silence = 1.0
[vad]
silence_duration = 3.0
`);
    expect(config.vad).toMatchObject({ threshold: 0.5, silenceDurationS: 3 });
    expect(config.control.socketPathV2).toMatch(/run\/swictation\.sock$/);
    expect(config.notes).toHaveLength(3);
  });
});

test('the socket of the example file is left where its folder is not ours', () => {
  const { config } = load('socket_path = "/run/user/4294967/swictation.sock"');
  expect(config.control.socketPathV2).toMatch(/run\/swictation\.sock$/);
  expect(config.notes[0]).toContain('socket_path is ignored: ');
});

describe('what is refused, in one line with file, key, value and what is allowed', () => {
  test.each([
    ['[vad]\nthreshold = 7', '[vad] threshold = 7: allowed is a number from 0.0 to 1.0'],
    ['[vad]\nthreshold = "high"', '[vad] threshold = "high": allowed is a number from 0.0 to 1.0'],
    [
      '[vad]\nsilence_duration = 0.2',
      '[vad] silence_duration = 0.2: allowed is a number of seconds from 0.3 to 10.0',
    ],
    ['[vad]\nthreshold = nan', '[vad] threshold = NaN: allowed is'],
    ['[vad]\nthreshold = 2020-01-01', '[vad] threshold = "2020-01-01": allowed is'],
    ['[vad]\nthreshold = [1,\n2]', '[vad] threshold = [1,2]: allowed is'],
    ['[vad]\ntreshold = 0.5', 'unknown key [vad] treshold = 0.5: did you mean threshold?'],
    ['[vad]\ndevice = "cpu"', 'unknown key [vad] device = "cpu": did you mean [gpu] device?'],
    ['[vad]\nqqqqq = 1', 'unknown key [vad] qqqqq = 1: known are threshold, silence_duration,'],
    ['[vda]\nthreshold = 0.5', 'unknown key vda: did you mean [vad]?'],
    ['threshold = 0.5', 'unknown key threshold: did you mean [vad] threshold?'],
    ['vad_treshold = 0.5', 'unknown key vad_treshold: did you mean vad_threshold?'],
    ['zzzzzz = 1', 'unknown key zzzzzz: known sections are vad, stt,'],
    ['"a\\nb" = 1', 'unknown key "a\\nb": '],
    ['vad = 5', 'vad = 5: allowed is a section, [vad]'],
    ['[[vad]]\nthreshold = 0.5', 'vad = [{"threshold":0.5}]: allowed is a section'],
    ['[vad]\n__proto__ = 1', 'unknown key [vad] __proto__ = 1: '],
    ['[metrics.warning]\nenabled = true', 'unknown key [metrics] warning = {"enabled":true}: '],
    ['[metrics]\nwarnings = 3', 'metrics.warnings = 3: allowed is a section, [metrics.warnings]'],
    ['[metrics]\nenabled = "maybe"', '[metrics] enabled = "maybe": allowed is true or false'],
    ['vad_min_silence = "x"', 'vad_min_silence = "x": allowed is a number'],
    ['num_threads = 1.5', 'num_threads = 1.5: allowed is a whole number'],
    ['[hotkeys]\ntogle = "x"', 'unknown key [hotkeys] togle = "x": did you mean toggle?'],
    ['[inject]\nsink = "telepathy"', '[inject] sink = "telepathy": allowed is "auto", "wtype"'],
    [
      '[gpu]\nwarning_mb = 3600\ncritical_mb = 3500',
      '[gpu] critical_mb = 3500: must not be below warning_mb = 3600',
    ],
    [
      `[control]\nsocket_path = "/${'x'.repeat(107)}"`,
      'the path has 108 bytes, at most 107 are possible',
    ],
    [`[control]\nzeromq_events = "ipc:///${'x'.repeat(107)}"`, 'the path has 108 bytes'],
    ['[control]\nzeromq_command = "tcp://0.0.0.0:5555"', '0.0.0.0 is not a loopback address'],
    ['[control]\nzeromq_command = "tcp://127.0.0.1:99999"', 'the port must be 1 to 65535'],
    [
      '[control]\nzeromq_command = "inproc://x"',
      'must be ipc:///absolute/path or tcp://127.0.0.1:PORT',
    ],
    [
      '[control]\nsocket_path_v2 = "/tmp/swictation.sock"',
      '[control] socket_path_v2 = "/tmp/swictation.sock": socket_path has it already',
    ],
    [
      '[voice]\nreplacements = "$XDG_MUSIC_DIR/x"',
      '$XDG_MUSIC_DIR is not set, allowed is an absolute path',
    ],
  ])('%j', (text, part) => {
    const line = complaint(text);
    expect(line).toContain(part);
    expect(line).toMatch(/^\/[^\n]*c\.toml: [^\n]+$/);
  });

  test('what is not TOML, with its place', () => {
    expect(complaint('[vad]\nthreshold = = 1')).toMatch(/c\.toml:2:\d+: not valid TOML: [^\n]+$/);
    expect(complaint('audio_device_index = null')).toMatch(/c\.toml:1:\d+: not valid TOML/);
    const { env, folder } = home();
    writeFileSync(join(folder, 'latin1.toml'), Buffer.from([0x23, 0xff, 0x0a]));
    const problem = problemOf(() => loadConfig({ env, file: join(folder, 'latin1.toml') }));
    expect(problem).toMatchObject({ code: 'config_unreadable' });
  });

  test('any text is either accepted or refused in one line', () => {
    const { env, folder } = home();
    const file = join(folder, 'any.toml');
    const word = fc.constantFrom(
      'vad',
      'threshold',
      '=',
      '\n',
      '[',
      ']',
      '"',
      '0.5',
      '.',
      'x',
      '{',
      '}',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(word, fc.string({ maxLength: 3 })), { maxLength: 12 }),
        (words) => {
          writeFileSync(file, words.join(' '));
          try {
            expect(loadConfig({ file, env }).file).toBe(file);
          } catch (error) {
            if (!(error instanceof Problem)) throw error;
            expect(error.message).not.toContain('\n');
          }
        },
      ),
    );
  });
});

test('paths: home, variables, relative to the file', () => {
  const { config, folder } = load(`
[stt]
model = "models/a.nemo"
[voice]
replacements = "$XDG_DATA_HOME/words.tsv"
[inject]
sink = "file:out.txt"
[control]
socket_path = "~/s.sock"
zeromq_command = "ipc://~/run/c"
zeromq_events = "tcp://127.0.0.1:5556"
`);
  expect(config.stt.model).toBe(`${folder}/models/a.nemo`);
  expect(config.voice.replacements).toBe(`${folder}/data/words.tsv`);
  expect(config.inject.sink).toBe(`file:${folder}/out.txt`);
  expect(config.control).toMatchObject({
    socketPath: `${folder}/s.sock`,
    zeromqCommand: `ipc://${folder}/run/c`,
    zeromqEvents: 'tcp://127.0.0.1:5556',
  });
});

test('limits in MB win over percent, with a note', () => {
  const { config } = load('[gpu]\nwarning_mb = 3000\nwarning_percent = 70\nguard_percent = 90.0');
  expect(config.gpu).toMatchObject({
    limitsMb: { warning: 3000, guard: null },
    limitsPercent: { warning: 70, guard: 90 },
  });
  expect(config.notes).toHaveLength(1);
});

test('a file without read permission is named', () => {
  if (process.getuid?.() === 0) return;
  const { env, folder } = home();
  const file = join(folder, 'c.toml');
  writeFileSync(file, '');
  chmodSync(file, 0);
  expect(problemOf(() => loadConfig({ env, file })).message).toContain(file);
});
