import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Problem } from '../../ts/domain/problem.js';
import { openMetricsReader } from '../../ts/store/metrics-reader.js';
import { openMetricsStore } from '../../ts/store/metrics-store.js';
import { openTolerantStore } from '../../ts/store/tolerant-store.js';
import { segment, temporaryFolder } from './temporary.js';

const START_S = 1_700_000_000;

function openBoth(options = {}) {
  const path = join(temporaryFolder(), 'data', 'swictation', 'metrics.db');
  const store = openMetricsStore(path, options);
  onTestFinished(() => store.close());
  const read = new Libsql(path);
  const rows = (sql: string) => read.prepare(sql).all() as Record<string, unknown>[];
  return { path, store, rows };
}

describe('the schema', () => {
  it('has the tables, columns, types, defaults and indexes of the specification', () => {
    const { rows } = openBoth();
    const columns = (table: string) =>
      rows(`PRAGMA table_info(${table})`).map((c) =>
        [c.name, c.type, c.notnull ? 'not null' : '', c.pk ? 'pk' : '', c.dflt_value ?? '']
          .filter((part) => part !== '')
          .join(' '),
      );
    expect(columns('sessions')).toEqual([
      'id INTEGER pk',
      'start_time REAL not null',
      ...['end_time REAL', 'duration_s REAL', 'active_time_s REAL', 'pause_time_s REAL'],
      ...['words_dictated INTEGER 0', 'characters_typed INTEGER 0', 'segments_processed INTEGER 0'],
      ...['wpm REAL', 'typing_equiv_wpm REAL', 'avg_latency_ms REAL', 'median_latency_ms REAL'],
      ...[
        'p95_latency_ms REAL',
        'transformations_count INTEGER 0',
        'keyboard_actions_count INTEGER 0',
      ],
      ...['avg_segment_words REAL', 'avg_segment_duration_s REAL', 'gpu_peak_mb REAL'],
      ...['gpu_mean_mb REAL', 'cpu_mean_percent REAL', 'cpu_peak_percent REAL'],
    ]);
    expect(columns('segments')).toEqual([
      ...['id INTEGER pk', 'session_id INTEGER not null', 'timestamp REAL not null'],
      ...['duration_s REAL', 'words INTEGER', 'characters INTEGER', 'text TEXT'],
      ...['vad_latency_ms REAL', 'audio_save_latency_ms REAL', 'stt_latency_ms REAL'],
      ...['transform_latency_us REAL', 'injection_latency_ms REAL', 'total_latency_ms REAL'],
      ...['transformations_count INTEGER 0', 'keyboard_actions_count INTEGER 0'],
    ]);
    expect(columns('lifetime_stats')).toEqual([
      ...['id INTEGER pk', 'total_words INTEGER', 'total_characters INTEGER'],
      ...['total_sessions INTEGER', 'total_time_minutes REAL', 'total_segments INTEGER'],
      ...[
        'avg_wpm REAL',
        'avg_latency_ms REAL',
        'typing_equiv_wpm REAL 40',
        'speedup_factor REAL 1',
      ],
      ...['time_saved_minutes REAL', 'wpm_trend_7day REAL', 'latency_trend_7day REAL'],
      ...['cuda_errors_total INTEGER', 'cuda_errors_recovered INTEGER'],
      ...['memory_pressure_events INTEGER', 'high_latency_warnings INTEGER'],
      ...['best_wpm_session INTEGER', 'best_wpm_value REAL', 'longest_session_words INTEGER'],
      ...['longest_session_id INTEGER', 'lowest_latency_session INTEGER', 'lowest_latency_ms REAL'],
      'last_updated REAL',
    ]);
    const indexes = rows("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL");
    expect(indexes.map((row) => String(row.sql).replace(/.* ON /, '')).sort()).toEqual([
      ...['segments(session_id)', 'segments(timestamp)', 'sessions(start_time)'],
    ]);
    expect(rows('SELECT id, total_words, typing_equiv_wpm FROM lifetime_stats')).toEqual([
      { id: 1, total_words: 0, typing_equiv_wpm: 40 },
    ]);
    expect(String(rows("SELECT sql FROM sqlite_master WHERE name = 'segments'")[0]?.sql)).toContain(
      'ON DELETE CASCADE',
    );
  });

  it('is private to the user', () => {
    const { path } = openBoth();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
  });

  it('leaves a folder that the user chose as it is', () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    openMetricsStore(join(folder, 'mine.db')).close();
    expect(statSync(folder).mode & 0o777).toBe(0o755);
  });
});

describe('a session', () => {
  it('ends with every figure that follows from its segments', () => {
    const { store, rows } = openBoth();
    const id = store.startSession(START_S);
    [100, 200, 300, 400].forEach((totalLatencyMs, index) => {
      store.addSegment(
        segment(id, { totalLatencyMs, words: index + 1, keyboardActions: index, durationS: 2 }),
      );
    });
    store.endSession(id, START_S + 60, { gpuPeakMb: 1800, gpuMeanMb: 1700, cpuMeanPercent: 5 });
    expect(rows('SELECT * FROM sessions')[0]).toMatchObject({
      ...{ id, start_time: START_S, end_time: START_S + 60, duration_s: 60, active_time_s: 8 },
      ...{ pause_time_s: 52, words_dictated: 10, characters_typed: 120, segments_processed: 4 },
      ...{ wpm: 75, typing_equiv_wpm: 40, avg_latency_ms: 250, median_latency_ms: 250 },
      ...{ p95_latency_ms: 385, transformations_count: 4, keyboard_actions_count: 6 },
      ...{ avg_segment_words: 2.5, avg_segment_duration_s: 2, gpu_peak_mb: 1800 },
      ...{ gpu_mean_mb: 1700, cpu_mean_percent: 5, cpu_peak_percent: 0 },
    });
  });

  it('shows running figures while it goes on', () => {
    const { store, path } = openBoth();
    const id = store.startSession(START_S);
    store.addSegment(segment(id));
    store.addSegment(segment(id));
    const reader = openMetricsReader(path);
    expect(reader?.readSession(id)).toMatchObject({ endS: null, words: 12, segments: 2, wpm: 120 });
    reader?.close();
  });

  it('without a segment ends with zeros, never with a division by zero', () => {
    const { store, rows } = openBoth();
    store.endSession(store.startSession(START_S), START_S + 5);
    expect(rows('SELECT * FROM sessions')[0]).toMatchObject({
      ...{ duration_s: 5, active_time_s: 0, pause_time_s: 5, wpm: 0, avg_latency_ms: 0 },
    });
  });

  it('keeps no text unless asked', () => {
    for (const storeText of [false, true]) {
      const { store, rows } = openBoth({ storeText });
      store.addSegment(segment(store.startSession(START_S)));
      const expected = storeText ? 'a private sentence of six words' : null;
      expect(rows('SELECT text FROM segments')).toEqual([{ text: expected }]);
    }
  });

  it('that a killed daemon left open is closed at the next start with its segments', () => {
    const { store, path, rows } = openBoth();
    const id = store.startSession(START_S);
    store.addSegment(segment(id, { timestampS: START_S + 20 }));
    const next = openMetricsStore(path);
    onTestFinished(() => next.close());
    expect(rows('SELECT * FROM sessions')[0]).toMatchObject({
      ...{ end_time: START_S + 20, duration_s: 20, active_time_s: 3, words_dictated: 6 },
    });
    expect(rows('SELECT total_sessions, total_words FROM lifetime_stats')).toEqual([
      { total_sessions: 1, total_words: 6 },
    ]);
  });

  it.each([-86_400, 0, 87_600 * 3_600])('is as long as it was, the clock set by %d s', (jumpS) => {
    const { store, path, rows } = openBoth();
    const ended = store.startSession(START_S);
    store.addSegment(segment(ended, { timestampS: START_S + jumpS + 10, sessionS: 10 }));
    store.endSession(ended, START_S + jumpS + 14, { durationS: 14 });
    const killed = store.startSession(START_S);
    store.addSegment(segment(killed, { timestampS: START_S + jumpS + 10, sessionS: 10 }));
    const next = openMetricsStore(path);
    onTestFinished(() => next.close());
    expect(rows('SELECT duration_s, pause_time_s FROM sessions')).toEqual([
      { duration_s: 14, pause_time_s: 11 },
      { duration_s: 10, pause_time_s: 7 },
    ]);
  });
});

describe('lifetime figures', () => {
  it('follow the original', () => {
    const { store, rows } = openBoth();
    const day = 86_400;
    for (const [index, words] of [60, 120].entries()) {
      const startS = START_S + index * day;
      const id = store.startSession(startS);
      store.addSegment(segment(id, { words, durationS: 60, totalLatencyMs: 500 - index * 100 }));
      store.endSession(id, startS + 90);
    }
    store.countEvent('cuda_errors_total');
    store.countEvent('cuda_errors_total', 2);
    const row = rows('SELECT * FROM lifetime_stats')[0];
    expect(row).toMatchObject({
      ...{ total_words: 180, total_characters: 60, total_sessions: 2, total_time_minutes: 2 },
      ...{ total_segments: 2, avg_wpm: 90, avg_latency_ms: 450, speedup_factor: 2.25 },
      ...{ time_saved_minutes: 2.5, best_wpm_session: 2, best_wpm_value: 120 },
      ...{ longest_session_id: 2, longest_session_words: 120, lowest_latency_session: 2 },
      ...{ lowest_latency_ms: 400, cuda_errors_total: 3, last_updated: START_S + day + 90 },
    });
    expect(row?.wpm_trend_7day).toBeCloseTo(420);
    expect(row?.latency_trend_7day).toBeCloseTo(-700);
  });
});

describe('a database of the original', () => {
  it('is continued: unknown columns stay, missing ones are added, figures add up', () => {
    const path = join(temporaryFolder(), 'metrics.db');
    const old = new Libsql(path);
    old.exec(`CREATE TABLE sessions (id INTEGER PRIMARY KEY AUTOINCREMENT, start_time REAL NOT NULL,
      end_time REAL, wpm REAL, words_dictated INTEGER DEFAULT 0, mood TEXT);
      CREATE TABLE segments (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id INTEGER NOT NULL,
      timestamp REAL NOT NULL, text TEXT NOT NULL DEFAULT 'x');
      CREATE TABLE lifetime_stats (id INTEGER PRIMARY KEY CHECK (id = 1), total_words INTEGER DEFAULT 0,
      total_sessions INTEGER);
      INSERT INTO lifetime_stats (id, total_words) VALUES (1, 5000);`);
    for (let i = 0; i < 1000; i += 1) {
      old.exec(`INSERT INTO sessions (start_time, end_time, wpm, words_dictated, mood)
        VALUES (${START_S - 9e6 + i * 1000}, ${START_S - 9e6 + i * 1000 + 60}, 100, 7, 'good')`);
    }
    const store = openMetricsStore(path, { storeText: true });
    const id = store.startSession(START_S);
    store.addSegment(segment(id));
    store.endSession(id, START_S + 10);
    store.close();
    const reader = openMetricsReader(path);
    expect(id).toBe(1001);
    expect(reader?.readSessions(2000)).toHaveLength(1001);
    expect(reader?.readSession(500)).toMatchObject({ words: 7, wpm: 100, averageLatencyMs: null });
    expect(reader?.readSummary()).toMatchObject({ words: 5006, sessions: 1 });
    reader?.close();
    expect(old.prepare('SELECT mood FROM sessions WHERE id = 3').get()).toMatchObject({
      mood: 'good',
    });
  });
});

describe('clean-up', () => {
  it('removes old segments of ended sessions, keeps sessions, and warns of size', () => {
    const { store, rows } = openBoth();
    const old = store.startSession(START_S);
    store.addSegment(segment(old));
    store.endSession(old, START_S + 20);
    const open = store.startSession(START_S);
    store.addSegment(segment(open));
    const nowS = START_S + 100 * 86_400;
    const report = store.cleanUp(nowS, { maxSegmentAgeDays: 90, warnSizeMb: 0.001 });
    expect(report.removedSegments).toBe(1);
    expect(report.warning).toMatch(/^Metrics database .* MB \(limit 0.001 MB\): lower /);
    expect(rows('SELECT session_id FROM segments')).toEqual([{ session_id: open }]);
    expect(rows('SELECT words_dictated FROM sessions')[0]).toEqual({ words_dictated: 6 });
    const calm = store.cleanUp(nowS, { maxSegmentAgeDays: null, warnSizeMb: 100 });
    expect(calm).toMatchObject({ removedSegments: 0, warning: null });
  });
});

describe('trouble', () => {
  it('is a problem that says what to do: a damaged file', () => {
    const path = join(temporaryFolder(), 'metrics.db');
    writeFileSync(path, 'no database '.repeat(200));
    expect(() => openMetricsStore(path)).toThrow(/metrics\.db: .*move it away/);
    expect(readFileSync(path, 'utf8')).toContain('no database');
  });

  it('is a problem that says what to do: a lock that another program holds, in bounded time', () => {
    const { store, path } = openBoth();
    const id = store.startSession(START_S);
    const other = new Libsql(path);
    other.exec('BEGIN IMMEDIATE');
    const startedMs = performance.now();
    expect(() => store.addSegment(segment(id))).toThrow(Problem);
    expect(performance.now() - startedMs).toBeLessThan(4_000);
    other.exec('COMMIT');
    store.addSegment(segment(id));
  });

  it('is a problem that says what to do: a folder where the file should be', () => {
    expect(() => openMetricsStore(temporaryFolder())).toThrow(Problem);
  });

  it('never reaches dictation through the tolerant side, and is said once', () => {
    const path = join(temporaryFolder(), 'metrics.db');
    const reports: string[] = [];
    const store = openTolerantStore(path, {}, (problem) => reports.push(problem.code));
    onTestFinished(() => store.close());
    const other = new Libsql(path);
    other.exec('BEGIN IMMEDIATE');
    const id = store.startSession(START_S);
    store.addSegment(segment(id));
    store.endSession(id, START_S + 1);
    expect(store.startSession(START_S)).toBeGreaterThan(id);
    expect(reports).toEqual(['metrics_locked']);
    other.exec('COMMIT');
    const written = store.startSession(START_S);
    store.addSegment(segment(written));
    store.endSession(written, START_S + 1);
    expect(openMetricsReader(path)?.readSession(written)?.words).toBe(6);
  });

  it('of a database that was held at the start is over with the next session', () => {
    const path = join(temporaryFolder(), 'metrics.db');
    const reports: string[] = [];
    openMetricsStore(path).close();
    const other = new Libsql(path);
    other.exec('BEGIN EXCLUSIVE');
    const store = openTolerantStore(path, {}, (problem) => reports.push(problem.code));
    onTestFinished(() => store.close());
    expect(reports).toEqual(['metrics_locked']);
    other.exec('COMMIT');
    other.close();
    const id = store.startSession(START_S);
    store.addSegment(segment(id));
    store.endSession(id, START_S + 1);
    expect(openMetricsReader(path)?.readSession(id)?.words).toBe(6);
  });

  it('of a file that can not be opened at all is said once, and ids go on', () => {
    const reports: string[] = [];
    const store = openTolerantStore('/dev/null/metrics.db', {}, (p) => reports.push(p.code));
    expect([store.startSession(1), store.startSession(2)]).toEqual([1, 2]);
    store.addSegment(segment(1));
    store.countEvent('high_latency_warnings');
    store.close();
    expect(reports).toHaveLength(1);
  });
});

describe('the reader', () => {
  it('creates nothing where there is no database', () => {
    const path = join(temporaryFolder(), 'metrics.db');
    expect(openMetricsReader(path)).toBeNull();
    expect(existsSync(path)).toBe(false);
  });

  it('says in one line what stands where the database should be', () => {
    const folder = temporaryFolder();
    expect(() => openMetricsReader(folder)).toThrow(
      /^Metrics database .*: it can not be opened \(make /,
    );
    expect(() => openMetricsStore(folder)).toThrow(/: it is a folder \(remove it, or set /);
  });

  it('finds nothing in an empty file and in a new database', () => {
    const path = join(temporaryFolder(), 'metrics.db');
    writeFileSync(path, '');
    const empty = openMetricsReader(path);
    expect([empty?.readSessions(5), empty?.readSession(1), empty?.readSummary()]).toEqual([
      [],
      null,
      null,
    ]);
    empty?.close();
    openMetricsStore(path).close();
    expect(openMetricsReader(path)?.readSummary()).toBeNull();
  });

  it('can not write, and reads while the writer is in the middle of a transaction', () => {
    const { store, path } = openBoth();
    store.startSession(START_S);
    const other = new Libsql(path);
    other.exec('BEGIN IMMEDIATE');
    expect(openMetricsReader(path)?.readSessions(5)).toHaveLength(1);
    other.exec('COMMIT');
  });
});
