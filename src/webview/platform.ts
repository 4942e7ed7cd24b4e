/** Of the browser that shows the page, not of the host. */
export const isMac = navigator.userAgent.includes('Mac');
