/** Programs of another sound server are asked, too, when the first one gives nothing for so long. */
export const STAGGER_S = 2.5;
/** Silence after which a second program is started beside the first: it is lost only when nothing holds it. */
const STALL_S = 1;
const LONGEST_STALL_S = 8;
/** The silence of a program that came back tells how long its next one may be. */
const MARGIN = 1.5;
/** After this much more silence the second program is listened to; what the first one held would come too late then. */
const GRACE_S = 2;
/** A headset that changes its profile takes 5 s; each time that was not enough it is doubled. */
const FIRST_SOUND_S = 10;
const LONGEST_FIRST_SOUND_S = 60;

/** How long recording programs are waited for. It grows with what they need, and is kept from take to take. */
export class Patience {
  private readonly stalls = new Map<string, number>();
  private firstS = FIRST_SOUND_S;

  /** Silence of this program that calls for another one. */
  stallS(program: string): number {
    return this.stalls.get(program) ?? STALL_S;
  }

  /** Silence of this program after which another one is listened to. */
  graceS(program: string): number {
    return this.stallS(program) + GRACE_S;
  }

  /** How long a program may take to its first sound. */
  get firstSoundS(): number {
    return this.firstS;
  }

  cameBack(program: string, silentS: number): void {
    const needed = Math.min(LONGEST_STALL_S, MARGIN * silentS);
    this.stalls.set(program, Math.max(this.stallS(program), needed));
  }

  gaveNothing(): void {
    this.firstS = Math.min(LONGEST_FIRST_SOUND_S, 2 * this.firstS);
  }
}
