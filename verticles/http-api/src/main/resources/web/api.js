// REST calls of the console. A failure is always an ApiError; status 0 means that no answer came.

const LIMIT_MILLIS = 10_000;

export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get offline() {
    return this.status === 0 || this.status === 502 || this.status === 504;
  }
}

export class Api {
  /**
   * @param onRefused called when the token is no longer accepted
   * @param onReach called with true or false when the server answered or did not
   */
  constructor(token, onRefused, onReach) {
    this.token = token;
    this.onRefused = onRefused;
    this.onReach = onReach;
  }

  get(path) {
    return this.#call('GET', path);
  }

  post(path, body, headers = {}) {
    return this.#call('POST', path, body ?? {}, headers);
  }

  async #call(method, path, body, headers = {}) {
    try {
      const answer = await request(method, path, body, { ...headers, Authorization: 'Bearer ' + this.token });
      this.onReach(true);
      return answer;
    } catch (error) {
      this.onReach(error.status !== 0);
      if (error.status === 401) this.onRefused();
      throw error;
    }
  }
}

export async function request(method, path, body, headers = {}) {
  const options = { method, headers: { Accept: 'application/json', ...headers }, cache: 'no-store' };
  options.signal = AbortSignal.timeout(LIMIT_MILLIS);
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError(0, 'unreachable', 'The gateway does not answer.');
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok || answer === null) throw failure(response, answer);
  return answer;
}

function failure(response, answer) {
  const said = answer?.detail ?? answer?.message ?? answer?.errors?.[0] ?? answer?.error ?? answer?.title;
  const text = typeof said === 'string' ? said : 'The gateway answered ' + response.status + '.';
  const error = new ApiError(response.status, answer?.code ?? '', text);
  error.answer = answer;
  return error;
}
