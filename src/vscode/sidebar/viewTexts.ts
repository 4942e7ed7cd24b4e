/** The texts of a view besides its rows. */
export interface ViewTexts {
  /** The text beside the title. */
  readonly description?: string;
  /** The text above the rows. */
  readonly message?: string;
}
