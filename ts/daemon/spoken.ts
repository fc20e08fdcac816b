/** Words of a recognised text. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}

/** Whether there is anything in it. */
export function hasText(text: string): boolean {
  return text.trim() !== '';
}
