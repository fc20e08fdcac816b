/** An input of the desktop's sound server. */
export interface AudioSource {
  /** As the sound server calls it, and as people read it. */
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  /** It gives back what the loudspeakers play. */
  readonly isMonitor: boolean;
  /** Null where the sound server did not tell. */
  readonly isMuted: boolean | null;
  readonly volumePercent: number | null;
  readonly channels: number | null;
  /** No sound server knows it: ALSA names it. */
  readonly isBare?: true;
}
