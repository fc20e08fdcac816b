import { describe, expect, it } from 'vitest';
import { spokenCommands } from '../../ts/config/derived.js';
import { loadConfig } from '../../ts/config/load-config.js';
import { canScratch, textWishes } from '../../ts/daemon/assembly/settings.js';
import { judgeLanguages } from '../../ts/system/model/model-languages.js';
import { embeddedLack } from '../../ts/system/model/multilingual.js';
import { openWorkspace } from '../support/workspace.js';

function load(text: string) {
  const workspace = openWorkspace();
  try {
    workspace.configure(text);
    return loadConfig({ env: workspace.env });
  } finally {
    workspace.remove();
  }
}

const wishes = (text: string) => textWishes(load(text), []);

describe('[stt] language', () => {
  it('sends nothing where all is English, as ever', () => {
    expect(wishes('')).toEqual({});
    expect(wishes('[stt]\nlanguage = "en"\ntranslate_to = "en"\n')).toEqual({});
  });

  it('pins what is spoken and what it becomes', () => {
    expect(wishes('[stt]\nlanguage = "de"\n')).toEqual({ language: 'de' });
    expect(wishes('[stt]\ntranslate_to = "fr"\n')).toEqual({ language: 'en', translate_to: 'fr' });
  });

  it.each([
    ['', 'all', true],
    ['[stt]\nlanguage = "de"\n', 'off', false],
    ['[stt]\ntranslate_to = "de"\n', 'off', false],
    ['[stt]\nlanguage = "de"\n[voice]\ncommands = "punctuation"\n', 'punctuation', true],
    ['[voice]\ncommands = "off"\n', 'off', false],
  ])('%j has the commands %s', (text, commands, scratch) => {
    const config = load(text);
    expect([spokenCommands(config), canScratch(config)]).toEqual([commands, scratch]);
  });

  it('says that commands which were set are English', () => {
    const [note] = load('[stt]\nlanguage = "de"\n[voice]\ncommands = "all"\n').notes;
    expect(note).toMatch(/commands = "all" applies English commands to German: delete the line/);
    expect(load('[stt]\nlanguage = "de"\n').notes).toEqual([]);
  });

  it.each([
    ['[stt]\nlanguage = "deutsch"\n', /language = "deutsch": allowed is one of en, af, /],
    ['[stt]\ntranslate_to = "zh"\n', /translate_to = "zh": allowed is one of en, bg, /],
    ['[stt]\nlanguage = "de"\ntranslate_to = "fr"\n', /"fr": allowed is "en", since German/],
  ])('%j is refused in one line', (text, message) => {
    expect(() => load(text)).toThrow(message);
  });
});

describe('who knows the language', () => {
  const german = { language: 'de', translateTo: null } as const;
  const italian = { language: 'it', translateTo: null } as const;
  const here = { kind: 'here', sizeMb: 1, writtenMs: 0 } as const;

  it('the embedded engine knows English, and says what is to be typed for others', () => {
    const workspace = openWorkspace();
    try {
      const english = { language: 'en', translateTo: null } as const;
      expect(embeddedLack(english, workspace.env)).toBeNull();
      expect(embeddedLack(german, workspace.env)?.advice).toBe(
        'type `swictation setup --languages`',
      );
      const french = { language: 'en', translateTo: 'fr' } as const;
      expect(embeddedLack(french, workspace.env)?.reason).toMatch(/not translate into French/);
    } finally {
      workspace.remove();
    }
  });

  it("NVIDIA's flash models know four", () => {
    const model = 'nvidia/canary-1b-flash';
    expect(judgeLanguages(here, model, german)).toBe(here);
    expect(judgeLanguages(here, 'owner/other', italian)).toBe(here);
    const judged = judgeLanguages(here, model, italian);
    expect(judged.kind === 'unusable' && judged.problem).toMatch(
      /does not know Italian, only English, German, Spanish, French; name a model that does/,
    );
  });
});
