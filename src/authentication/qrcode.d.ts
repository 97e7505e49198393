/** The part of `qrcode` used here; the package brings no types of its own. */
declare module 'qrcode' {
  interface PngOptions {
    readonly type: 'png';
    readonly errorCorrectionLevel: 'L' | 'M' | 'Q' | 'H';
    /** Quiet zone, in modules. */
    readonly margin: number;
    /** Pixels per module. */
    readonly scale: number;
  }
  const qrcode: { toBuffer(text: string, options: PngOptions): Promise<Buffer> };
  export default qrcode;
}
