/**
 * Stands in for the SDK's search for credentials within the bundles. Lambda hands the credentials of
 * the role over in the environment, so profiles, single sign-on and instance metadata are left out
 * (133 KB).
 */
import { fromEnv } from '@aws-sdk/credential-provider-env';

export const defaultProvider = () => fromEnv();
export const credentialsWillNeedRefresh = (credentials: { readonly expiration?: Date }): boolean =>
  credentials.expiration !== undefined;
export const credentialsTreatedAsExpired = (credentials: { readonly expiration?: Date }): boolean =>
  credentials.expiration !== undefined && credentials.expiration.getTime() - Date.now() < 300_000;
