import { http, HttpResponse } from 'msw';
import { installGrafana } from '../test/render';
import { at, server } from '../test/server';
import { ApiError, call, read, readText, segment } from './client';

describe('a call of the backend', () => {
  beforeEach(() => {
    installGrafana();
  });

  it('repeats lists and leaves empty parameters out', async () => {
    let asked = '';
    server.use(
      http.get(at('incidents'), ({ request }) => {
        asked = new URL(request.url).search;
        return HttpResponse.json({ items: [] });
      })
    );
    await read('incidents', { params: { status: ['open', 'acknowledged'], q: '', cursor: null, limit: 50 } });
    expect(asked).toBe('?status=open&status=acknowledged&limit=50');
  });

  it('fails with the code, the text and the fields that the backend named', async () => {
    const body = {
      code: 'invalid',
      message: '$.title: too long',
      problems: [{ path: '$.title', problem: 'too long' }],
    };
    server.use(http.post(at('incidents'), () => HttpResponse.json(body, { status: 422 })));
    const failure = await call('POST', 'incidents', { body: {} }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({
      status: 422,
      code: 'invalid',
      message: '$.title: too long',
      problems: body.problems,
    });
  });

  it('reads the error of a text route too', async () => {
    server.use(
      http.get(at('slos/export'), () =>
        HttpResponse.json({ code: 'bad_request', message: 'no such format' }, { status: 400 })
      )
    );
    await expect(readText('slos/export')).rejects.toMatchObject({ code: 'bad_request', message: 'no such format' });
  });

  it('says that nobody answered, and that trying again may help', async () => {
    server.use(http.get(at('incidents'), () => HttpResponse.error()));
    await expect(read('incidents')).rejects.toMatchObject({ code: 'unreachable', retryable: true });
  });

  it('compiles for the routes, bodies and answers of the OpenAPI document only (F21, F22)', () => {
    // Never called: what is proved here is proved by the compiler, which refuses an error that is not there.
    const proofs = [
      () => read(`incidents/${segment('INC-1')}/tasks`).then(({ items }) => items.map(({ title }) => title)),
      () => call('PATCH', `incidents/${segment(1)}`, { body: { title: 'x' } }).then(({ number }) => number),
      // @ts-expect-error no route has this path
      () => read('incidentz'),
      // @ts-expect-error no route has this method there
      () => call('DELETE', 'incidents'),
      // @ts-expect-error the body lacks what the route needs
      () => call('POST', 'rules', { body: {} }),
      // @ts-expect-error the route takes no such field
      () => call('POST', 'incidents', { body: { titel: 'x' } }),
      // @ts-expect-error the route needs a body
      () => call('POST', 'incidents'),
      // @ts-expect-error the answer has no such field
      () => read('incidents').then(({ rows }) => rows),
    ];
    expect(proofs).toHaveLength(8);
  });

  it('keeps foreign text inside its segment', () => {
    expect(segment('a/b?c#d')).toBe('a%2Fb%3Fc%23d');
  });
});
