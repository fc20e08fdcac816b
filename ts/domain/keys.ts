/** Text and keys in the order in which they are typed. A key is `Return`, `ctrl-c`, `super-shift-Left`; once unless `times` says more. */
export type TypedPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'key'; readonly key: string; readonly times?: number };
