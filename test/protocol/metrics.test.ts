import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { metricsLines } from '../../ts/protocol/control/metrics.js';
import { writeFloat, writePythonString } from '../../ts/protocol/control/python-json.js';

test('each line, byte for byte', () => {
  const facts = {
    state: 'recording',
    sessionId: 3,
    segments: 2,
    words: 9,
    wpm: 120,
    durationS: 4.5,
    latencyMs: 230.25,
    gpuMemoryMb: 1823.4,
    gpuMemoryPercent: 45,
    cpuPercent: 0,
  } as const;
  expect(metricsLines.sessionStart(7, 1700000000)).toBe(
    '{"type":"session_start","session_id":7,"timestamp":1700000000.0}\n',
  );
  expect(metricsLines.sessionEnd(7, 1700000000.125)).toBe(
    '{"type":"session_end","session_id":7,"timestamp":1700000000.125}\n',
  );
  expect(
    metricsLines.transcription(
      { text: 'say "é"\n', wpm: 90, latencyMs: 12.5, words: 2 },
      '09:05:00',
    ),
  ).toBe(
    '{"type":"transcription","text":"say \\"é\\"\\n","timestamp":"09:05:00","wpm":90.0,"latency_ms":12.5,"words":2}\n',
  );
  expect(metricsLines.update(facts)).toBe(
    '{"type":"metrics_update","state":"recording","session_id":3,"segments":2,"words":9,"wpm":120.0,"duration_s":4.5,"latency_ms":230.25,"gpu_memory_mb":1823.4,"gpu_memory_percent":45.0,"cpu_percent":0.0}\n',
  );
  expect(metricsLines.update({ ...facts, sessionId: null })).toContain('"session_id":null,');
  expect(metricsLines.stateChange('idle', 1.5)).toBe(
    '{"type":"state_change","state":"idle","timestamp":1.5}\n',
  );
});

test('floats and strings are written as python writes them', () => {
  const numbers = [
    ...fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), { numRuns: 300, seed: 1 }),
    ...[0, -0, 1, 1e15, 1e16, 1e22, 1e-4, 1e-5, 1.5e-7, 123456789.125, 1e300],
  ];
  const texts = [
    ...fc.sample(fc.string({ unit: 'grapheme' }), { numRuns: 200, seed: 1 }),
    'a\u007f\u0000\ud83d\ude00"\\/\b\f',
  ];
  const program =
    'import json,sys\nd=json.load(sys.stdin)\nprint(json.dumps([[repr(float(n)) for n in d[0]],[json.dumps(t) for t in d[1]]]))';
  const input = JSON.stringify([
    numbers.map((value) => (Object.is(value, -0) ? '-0' : String(value))),
    texts,
  ]);
  const { stdout } = spawnSync('python3', ['-c', program], { input, encoding: 'utf8' });
  expect([numbers.map(writeFloat), texts.map(writePythonString)]).toEqual(JSON.parse(stdout));
});

test('what is not finite is not JSON, so it becomes zero', () => {
  expect([NaN, Infinity, -Infinity].map(writeFloat)).toEqual(['0.0', '0.0', '0.0']);
});
