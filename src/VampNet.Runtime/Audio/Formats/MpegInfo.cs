using System.Buffers.Binary;

namespace VampNet.Runtime.Audio.Formats;

/// <summary>The contents of the Xing or Info frame, which encoders write before the sound: the number of frames, and what was added around
/// the sound.</summary>
/// <param name="Length">Bytes of that frame; 0 where there is none.</param>
/// <param name="Frames">Frames after it; 0 where it does not say.</param>
/// <param name="SamplesBefore">Samples of each channel ahead of the sound, the decoder's own delay included.</param>
/// <param name="SamplesAfter">Samples of each channel behind the sound.</param>
internal readonly record struct MpegInfo(int Length, int Frames, int SamplesBefore, int SamplesAfter)
{
    /// <summary>Delay of every layer III decoder, in samples.</summary>
    private const int DecoderDelay = 529;

    /// <summary>Bytes from the encoder's name to its two delays of 12 bits.</summary>
    private const int DelayOffset = 21;

    /// <summary>Reads the facts from a file's first frame.</summary>
    public static MpegInfo Read(ReadOnlySpan<byte> frame, MpegFrame header)
    {
        if (header.Layer != 3 || frame.Length < 4)
        {
            return default;
        }

        bool isMono = frame[3] >> 6 == 3;
        int mark =
            4
            + (header.Version, isMono) switch
            {
                (0, false) => 32,
                (0, true) or (_, false) => 17,
                _ => 9,
            };
        ReadOnlySpan<byte> facts = frame[Math.Min(mark, frame.Length)..];
        if (facts.Length < 8 || !(facts.StartsWith("Xing"u8) || facts.StartsWith("Info"u8)))
        {
            return default;
        }

        int flags = facts[7],
            at = 8,
            frames = 0;
        if ((flags & 1) != 0 && facts.Length >= at + 4)
        {
            frames = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(facts[at..]));
        }

        at += ((flags & 1) * 4) + ((flags >> 1 & 1) * 4) + ((flags >> 2 & 1) * 100) + ((flags >> 3 & 1) * 4);
        if (facts.Length < at + DelayOffset + 3 || facts[at] == 0)
        {
            return new MpegInfo(frame.Length, frames, 0, 0);
        }

        ReadOnlySpan<byte> delays = facts[(at + DelayOffset)..];
        int before = (delays[0] << 4) | (delays[1] >> 4),
            after = ((delays[1] & 15) << 8) | delays[2];
        // The padding is counted from where a decoder without delay would end.
        return new MpegInfo(frame.Length, frames, before + DecoderDelay, Math.Max(0, after - DecoderDelay));
    }
}
