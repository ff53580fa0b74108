using System.IO.Hashing;
using System.Text;
using VampNet.Architecture;

namespace VampNet.CheckpointMaker;

/// <summary>
/// Random weights whose scale keeps signals near unit size: a matrix over n inputs has standard deviation 1/sqrt(n), norms and magnitudes
/// lie around a constant, and logits spread by about 2.
/// </summary>
internal static class SyntheticWeights
{
    /// <summary>Fills a parameter. Its values depend on the seed and its name alone, so that order and parallelism change
    /// nothing.</summary>
    public static void Fill(ParameterSpec parameter, ulong seed, Span<float> values)
    {
        (float mean, float deviation) = Scale(parameter);
        ulong counter = XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(parameter.Name), unchecked((long)seed));
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = mean + deviation * Normal(SplitMix64(ref counter));
        }
    }

    private static (float Mean, float Deviation) Scale(ParameterSpec parameter)
    {
        float fanIn = MathF.Sqrt(parameter.Shape.AsSpan()[1..].ToArray().Aggregate(1, (product, extent) => product * extent));
        string role = parameter.Name[(parameter.Name.LastIndexOf('.') + 1)..];
        return role switch
        {
            "bias" => (0, 0.05f),
            "alpha" => (1, 0.1f),
            "weight_g" => (parameter.Name.StartsWith("classifier.", StringComparison.Ordinal) ? 2 : 0.7f, 0.05f),
            "weight_v" => (0, 1 / fanIn),
            "lora_B" => (0, 0.5f / fanIn),
            "MASK" => (0, 1),
            "weight" when parameter.Shape.Length == 1 => (1, 0.1f),
            "weight" when parameter.Name.Contains("codebook", StringComparison.Ordinal) => (0, 1),
            "weight" when parameter.Name.Contains("relative_attention_bias", StringComparison.Ordinal) => (0, 0.5f),
            _ => (0, 1 / fanIn),
        };
    }

    /// <summary>Close to the standard normal, from -3.46 to 3.46: four 16-bit uniforms, summed. Integers alone decide it, so every machine
    /// agrees.</summary>
    private static float Normal(ulong bits)
    {
        const float Deviation = 37837.227f; // of the sum: 65536 * sqrt(4 / 12)
        int sum = (int)(bits & 0xFFFF) + (int)((bits >> 16) & 0xFFFF) + (int)((bits >> 32) & 0xFFFF) + (int)(bits >> 48);
        return (sum - 131070) / Deviation;
    }

    /// <summary>Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014.</summary>
    private static ulong SplitMix64(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
