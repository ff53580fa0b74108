using VampNet.Runtime.Pictures;

namespace VampNet.Reporting.Sound;

/// <summary>A spectrogram as a PNG: time to the right, pitch upwards, loud is bright.</summary>
internal static class SpectrogramPicture
{
    private const int PixelsOfBand = 2;

    // Colours from dark violet to yellow with evenly increasing brightness, so that it is readable without colour.
    private static readonly (float Red, float Green, float Blue)[] Colours =
    [
        (13, 8, 45),
        (84, 15, 109),
        (187, 55, 84),
        (249, 142, 9),
        (252, 255, 164),
    ];

    /// <summary>Draws it, one pixel for each frame.</summary>
    public static byte[] Draw(MelSpectrogram sound)
    {
        int width = sound.Frames.Count,
            height = MelSpectrogram.Bands * PixelsOfBand;
        byte[] pixels = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                float level = sound.Frames[x][MelSpectrogram.Bands - 1 - (y / PixelsOfBand)];
                Paint(1 - Math.Clamp(level / MelSpectrogram.Floor, 0, 1), pixels.AsSpan(((y * width) + x) * 3, 3));
            }
        }

        using var stream = new MemoryStream();
        PngWriter.Write(stream, width, pixels);
        return stream.ToArray();
    }

    /// <summary>Draws several below one another, each two pixels high for a band, with a gap between them; time is stretched or left out so
    /// that every second is as wide.</summary>
    /// <param name="sounds">At least one.</param>
    /// <param name="width">Pixels of the longest.</param>
    public static byte[] DrawStrip(IReadOnlyList<MelSpectrogram> sounds, int width)
    {
        const int Gap = 6;
        int height = MelSpectrogram.Bands * PixelsOfBand,
            most = sounds.Max(sound => sound.Frames.Count);
        byte[] pixels = new byte[width * ((sounds.Count * (height + Gap)) - Gap) * 3];
        pixels.AsSpan().Fill(byte.MaxValue);
        for (int i = 0; i < sounds.Count; i++)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width && (long)x * most / width < sounds[i].Frames.Count; x++)
                {
                    float level = sounds[i].Frames[(int)((long)x * most / width)][MelSpectrogram.Bands - 1 - (y / PixelsOfBand)];
                    Paint(
                        1 - Math.Clamp(level / MelSpectrogram.Floor, 0, 1),
                        pixels.AsSpan(((((i * (height + Gap)) + y) * width) + x) * 3, 3)
                    );
                }
            }
        }

        using var stream = new MemoryStream();
        PngWriter.Write(stream, width, pixels);
        return stream.ToArray();
    }

    private static void Paint(float share, Span<byte> pixel)
    {
        float place = share * (Colours.Length - 1);
        int below = Math.Min((int)place, Colours.Length - 2);
        float part = place - below;
        ((float r, float g, float b), (float r2, float g2, float b2)) = (Colours[below], Colours[below + 1]);
        (pixel[0], pixel[1], pixel[2]) = ((byte)(r + (part * (r2 - r))), (byte)(g + (part * (g2 - g))), (byte)(b + (part * (b2 - b))));
    }
}
