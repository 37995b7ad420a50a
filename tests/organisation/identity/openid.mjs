// A certified provider (oidc-provider) with plain forms: anybody signs in by the name they type.
// node openid.mjs FOLDER-OF-PACKAGES SETTINGS-AS-JSON; it prints "ready".
import { pathToFileURL } from 'node:url';

const [, , packages, given] = process.argv;
const { default: Provider } = await import(
  pathToFileURL(`${packages}/oidc-provider/lib/index.js`).href
);
const { port, app, handle, keys, secret } = JSON.parse(given);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'intranet',
      client_secret: secret,
      redirect_uris: [`${app}/signin/oidc/${handle}`],
      post_logout_redirect_uris: [`${app}/signin`],
      backchannel_logout_uri: `${app}/signin/oidc/${handle}/signed-out`,
      backchannel_logout_session_required: true,
      require_auth_time: true,
    },
  ],
  jwks: { keys },
  cookies: { keys: ['only for tests'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  features: {
    devInteractions: { enabled: true },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  pkce: { required: () => true },
  // It refuses to call this machine; the tests' site is on it.
  fetch: (address, { dispatcher, ...how }) => fetch(address, how),
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: id.includes('@') ? id : `${id}@monteclaro.example`,
      email_verified: !id.startsWith('unverified'),
      name: id,
    }),
  }),
  // No question whether the site may know who it is.
  loadExistingGrant: async (context) => {
    const { client, session } = context.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid email profile');
    await grant.save();
    return grant;
  },
});
provider.listen(port, '127.0.0.1', () => console.log('ready'));
