// The camera as a source: each new picture is offered once; while one is being worked on, the next ones are let go.

/** @param {(video: HTMLVideoElement) => Promise<void>} each  called for one picture at a time */
export async function openCamera(each) {
  const stream = await navigator.mediaDevices?.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false })
    .catch((error) => {
      const why = { NotAllowedError: 'The camera was not allowed.', NotFoundError: 'No camera was found.' }[error.name];
      throw new Error(why ?? `The camera could not be opened: ${error.message}`, { cause: error });
    });
  if (!stream) throw new Error('This browser gives pages no camera here; it needs https or localhost.');
  const video = Object.assign(document.createElement('video'), { srcObject: stream, muted: true, playsInline: true });
  await video.play();
  let open = true;

  const next = () => (video.requestVideoFrameCallback ? video.requestVideoFrameCallback(step) : requestAnimationFrame(step));
  async function step() {
    if (!open) return;
    await each(video);
    if (open) next();
  }
  next();

  return {
    video,
    close() {
      open = false;
      stream.getTracks().forEach((track) => track.stop());
      video.srcObject = null;
    },
  };
}
