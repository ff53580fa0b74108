using System.Collections.Immutable;
using System.Text.Json;

namespace VampNet.Runtime.Models;

/// <summary>Reads numbers from an untrusted configuration. A <see cref="FormatException"/> becomes VNR0305 in <see
/// cref="OnnxModel"/>.</summary>
internal static class ConfigurationNumbers
{
    private const int Largest = 1 << 24;

    /// <summary>A whole number from <paramref name="least"/> to 2^24.</summary>
    public static int Number(this JsonElement configuration, string key, int least = 1) =>
        Check(configuration.GetProperty(key), key, least);

    /// <summary>A list of strides, at least one: even, or where odd ones are allowed 2 or more.</summary>
    public static ImmutableArray<int> Rates(this JsonElement configuration, string key, bool allowOdd = false)
    {
        ImmutableArray<int> rates = [.. configuration.GetProperty(key).EnumerateArray().Select(rate => Check(rate, key, 1))];
        long product = rates.Aggregate(1L, (product, rate) => Math.Min(product * rate, long.MaxValue >> 24));
        return rates.Length > 0 && rates.All(rate => rate % 2 == 0 || (allowOdd && rate > 1)) && product <= Largest
            ? rates
            : throw new FormatException($"{key} is not a list of {(allowOdd ? "" : "even ")}strides with a product of at most {Largest}.");
    }

    private static int Check(JsonElement value, string key, int least) =>
        value.GetInt32() is int number && number >= least && number <= Largest
            ? number
            : throw new FormatException($"{key} is not within {least} and {Largest}.");
}
