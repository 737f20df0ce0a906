// The page's address holds the pipeline, so that a link is the pipeline.

/** #photo=…&size=…&pipeline=… of the state. `pipeline` is what describe() gave. */
export function toHash({ photo, size, pipeline }) {
  const params = new URLSearchParams();
  if (photo) params.set('photo', photo);
  params.set('size', size);
  params.set('pipeline', JSON.stringify(pipeline));
  return `#${params}`;
}

/** The reverse; anything unreadable is left out. */
export function fromHash(hash) {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const state = { photo: params.get('photo'), size: params.get('size') };
  if (!params.has('pipeline')) return state;
  try {
    return { ...state, pipeline: JSON.parse(params.get('pipeline')) };
  } catch {
    return { ...state, problem: 'The pipeline in this link is damaged.' };
  }
}
