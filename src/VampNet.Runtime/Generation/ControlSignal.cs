namespace VampNet.Runtime.Generation;

/// <summary>A control signal over a chunk or a piece, such as loudness or chroma.</summary>
/// <param name="Values">[B,dim,T] in row-major order; [dim,T] for a single piece.</param>
/// <param name="Mask">[B,T]: 1 where the signal counts, 0 where it does not.</param>
public sealed record ControlSignal(float[] Values, float[] Mask)
{
    /// <summary>Frames of a single piece's signal, each repeated N times, as a chunk of a stretched piece needs them. Beyond the end the
    /// signal does not count.</summary>
    /// <param name="start">The chunk's first frame, in frames of the stretched piece.</param>
    /// <param name="count">The chunk's frames.</param>
    /// <param name="stretch">Number of times that each frame is repeated.</param>
    internal ControlSignal Slice(int start, int count, int stretch) => Select(count, frame => (start + frame) / stretch);

    /// <summary>Rotates a single piece's signal: frames move later, and those beyond the end move to the start.</summary>
    internal ControlSignal Roll(int offset) => Select(Mask.Length, frame => (((frame - offset) % Mask.Length) + Mask.Length) % Mask.Length);

    private ControlSignal Select(int count, Func<int, int> source)
    {
        int frames = Mask.Length,
            width = Values.Length / frames;
        float[] values = new float[width * count],
            mask = new float[count];
        for (int frame = 0; frame < count; frame++)
        {
            int from = source(frame);
            if (from >= frames)
            {
                continue;
            }

            mask[frame] = Mask[from];
            for (int row = 0; row < width; row++)
            {
                values[(row * count) + frame] = Values[(row * frames) + from];
            }
        }

        return new ControlSignal(values, mask);
    }
}
