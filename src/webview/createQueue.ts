/** @returns runs pieces of work one after the other, in the order in which they are given; none of them may reject */
export function createQueue(): (work: () => Promise<void>) => void {
  let last = Promise.resolve();
  return (work) => {
    last = last.then(work);
  };
}
