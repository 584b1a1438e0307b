// The signed-in user of this tab. The token lives in sessionStorage: gone with the tab, never in a URL.

const KEY = 'xy.session';

export function load() {
  try {
    const session = JSON.parse(sessionStorage.getItem(KEY));
    return session && session.token && session.expiresAt > Date.now() ? session : null;
  } catch {
    return null;
  }
}

/** Keeps what the login answered. */
export function keep(answer) {
  const data = answer.data ?? {};
  const session = {
    token: data.accessToken,
    expiresAt: Date.now() + (data.expiresIn ?? 3600) * 1000,
    user: answer.user ?? data.user ?? {},
  };
  sessionStorage.setItem(KEY, JSON.stringify(session));
  return session;
}

export function forget() {
  sessionStorage.removeItem(KEY);
}
