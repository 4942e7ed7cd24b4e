import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { CertificateDetail } from '../../shared/timeline.ts';
import { icon } from '../base/icons.ts';
import { inertParts } from '../text/inertText.ts';
import { daysToExpiry } from '../text/connectionText.ts';
import { SHARED_TEXT } from '../text/sharedTexts.ts';

export const certificateStyles = css`
  .certificates {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .certificates .certificates {
    padding-left: 18px;
  }
  .certificates dl {
    padding: 2px 0 8px 18px;
  }
  .certificates .warning {
    color: var(--vscode-list-warningForeground);
  }
  .certificates .warning .icon {
    font-size: 14px;
    margin-right: 4px;
    vertical-align: text-bottom;
  }
`;

/**
 * A certificate chain as a tree, each issuer above the certificates that it issued.
 * @param chain the peer's own certificate first
 * @param now in milliseconds since the epoch
 */
export function certificateTree(chain: readonly CertificateDetail[], now: number): TemplateResult {
  return html`<ul class="certificates">
    ${branch([...chain].reverse(), now)}
  </ul>`;
}

function branch(
  [certificate, ...issued]: readonly CertificateDetail[],
  now: number,
): TemplateResult | typeof nothing {
  if (certificate === undefined) return nothing;
  const days = daysToExpiry(certificate.validTo, now);
  return html`<li>
    <details>
      <summary>
        ${inertParts(certificate.subject)}
        ${
          days === undefined
            ? nothing
            : html`<span class="warning">${icon('warning')}${SHARED_TEXT.expiresIn(days)}</span>`
        }
      </summary>
      <dl>
        ${certificateFacts(certificate).map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd
                class=${name === SHARED_TEXT.fingerprint || name === SHARED_TEXT.serialNumber ? 'mono' : ''}
              >
                ${inertParts(value)}
              </dd>`,
        )}
      </dl>
    </details>
    ${
      issued.length > 0
        ? html`<ul class="certificates">
            ${branch(issued, now)}
          </ul>`
        : nothing
    }
  </li>`;
}

/** A certificate as names and values. */
export function certificateFacts(certificate: CertificateDetail): (readonly [name: string, value: string])[] {
  const { subject, issuer, altNames, validFrom, validTo, fingerprint, serialNumber } = certificate;
  const facts: (readonly [string, string])[] = [
    [SHARED_TEXT.subject, subject],
    [SHARED_TEXT.issuer, issuer],
    [SHARED_TEXT.altNames, altNames],
    [SHARED_TEXT.validity, SHARED_TEXT.validFromTo(validFrom, validTo)],
    [SHARED_TEXT.fingerprint, fingerprint],
    [SHARED_TEXT.serialNumber, serialNumber],
  ];
  return facts.filter(([, value]) => value !== '');
}
