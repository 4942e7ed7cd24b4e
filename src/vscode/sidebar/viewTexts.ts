/** The texts of a view besides its rows. */
export interface ViewTexts {
  /** Beside its title. */
  readonly description?: string;
  /** Above its rows. */
  readonly message?: string;
}
