/** The places of a text, in the order of their numbers inside the page. */
export const PLACES = ['card', 'cpu', 'remote', 'none'] as const;
