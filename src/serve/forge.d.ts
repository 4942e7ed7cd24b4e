// The package has types only for its entry; these three modules have half of its size.
declare module 'node-forge/lib/x509.js' {
  import type forge from 'node-forge';

  const pki: typeof forge.pki;
  export = pki;
}

declare module 'node-forge/lib/asn1.js' {
  import type forge from 'node-forge';

  const asn1: typeof forge.asn1;
  export = asn1;
}

declare module 'node-forge/lib/sha256.js' {
  import type forge from 'node-forge';

  const sha256: { create(): forge.md.MessageDigest };
  export = sha256;
}
