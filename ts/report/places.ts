/** The places of a text, in the order of their numbers inside the page. */
export const PLACES = ['card', 'cpu', 'none'] as const;
