namespace VampNet.Runtime.Codec;

/// <summary>Progress of the codec.</summary>
/// <param name="FramesDone">Token frames encoded or decoded so far, over all channels.</param>
/// <param name="Frames">Token frames of the whole work, over all channels; 1 or more.</param>
public sealed record CodecProgress(int FramesDone, int Frames)
{
    /// <summary>Converts the progress of a part to the progress of the whole.</summary>
    internal sealed class Part(IProgress<CodecProgress> whole, int before, int frames) : IProgress<CodecProgress>
    {
        /// <inheritdoc/>
        public void Report(CodecProgress value) => whole.Report(new CodecProgress(before + value.FramesDone, frames));
    }
}
