using VampNet.Runtime.Codec;

namespace VampNet.Runtime;

/// <summary>Refuses work whose results alone would not fit into memory, before any of it is allocated.</summary>
internal static class MemoryNeed
{
    // Codes before and after, two masks, and probabilities that are kept from step to step.
    private const int BytesPerToken = 8 + 8 + 1 + 1 + 4;

    // The decoded samples, and a copy while they are levelled.
    private const int BytesPerSample = 4 + 4;

    /// <summary>Checks the memory that the results of a piece and its variations take.</summary>
    /// <param name="frames">Token frames of the input.</param>
    /// <param name="options">The options, for stretch and number of variations.</param>
    /// <param name="codec">Codebooks and samples per frame.</param>
    /// <exception cref="RuntimeException">VNR0504: more than the memory that this process may use.</exception>
    public static void Require(long frames, VampOptions options, CodecProperties codec)
    {
        double outputFrames = (double)frames * options.TimeStretchFactor * options.BatchSize;
        double bytes = outputFrames * (codec.Codebooks * BytesPerToken + (double)codec.HopLength * BytesPerSample);
        double available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        double samples = (double)frames * options.TimeStretchFactor * codec.HopLength;
        if (bytes > available || samples > Array.MaxLength)
        {
            throw new RuntimeException(
                RuntimeErrorIds.OutputTooLarge,
                found: $"an output of {samples / codec.SampleRate:F0} seconds in {options.BatchSize} variations, which takes "
                    + $"{bytes / 1e9:F1} GB",
                expected: $"at most {available / 1e9:F1} GB and {Array.MaxLength / (double)codec.SampleRate:F0} seconds",
                advice: "Take a shorter input, a smaller stretch or fewer variations"
            );
        }
    }
}
