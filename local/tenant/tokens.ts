import { createHmac, randomBytes } from 'node:crypto';

export interface Grant {
  readonly clientId: string;
  readonly scope: string;
  readonly audience: string;
  readonly expiresAtMs: number;
}

/** Issues and reads Management API tokens: signed JSON web tokens, as a client would see them. */
export class TokenIssuer {
  readonly #key = randomBytes(32);
  readonly #nowMs: () => number;
  /** Goes up when all tokens are called back: a clock could not tell those of one millisecond. */
  #generation = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  issue(grant: Grant, issuer: string): string {
    const nowMs = this.#nowMs();
    const payload = {
      iss: issuer,
      sub: `${grant.clientId}@clients`,
      aud: grant.audience,
      iat: Math.floor(nowMs / 1000),
      exp: Math.floor(grant.expiresAtMs / 1000),
      scope: grant.scope,
      gty: 'client-credentials',
      azp: grant.clientId,
      generation: this.#generation,
    };
    const head = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(payload)}`;
    return `${head}.${this.#sign(head)}`;
  }

  /** What a token grants, or undefined when it is forged, expired or called back. */
  read(token: string): Grant | undefined {
    const [header, payload, signature] = token.split('.');
    if (signature === undefined || this.#sign(`${header}.${payload}`) !== signature) {
      return undefined;
    }
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString('utf8'));
    const expiresAtMs = claims.exp * 1000;
    if (expiresAtMs <= this.#nowMs() || claims.generation < this.#generation) return undefined;
    return { clientId: claims.azp, scope: claims.scope, audience: claims.aud, expiresAtMs };
  }

  /** From now on all tokens issued before are refused. */
  expireAll(): void {
    this.#generation += 1;
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
