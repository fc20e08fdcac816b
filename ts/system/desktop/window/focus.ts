/** The window that the keys go to. */
export type Focus =
  | {
      readonly kind: 'window';
      /** The same for as long as the window lives. */
      readonly id: string;
      /** The program by its app id (Wayland) or class (X11); null where it has none. */
      readonly appId: string | null;
    }
  /** No window has the focus. */
  | { readonly kind: 'none' }
  /** This desktop does not tell (GNOME, KDE), or does not answer. */
  | { readonly kind: 'unknown' };
