export const HANDSHAKE_TABS = ['overview', 'exchanges', 'tls'] as const;
export type HandshakeTab = (typeof HANDSHAKE_TABS)[number];
