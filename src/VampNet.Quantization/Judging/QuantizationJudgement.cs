using System.Globalization;
using VampNet.Inference.Sessions;

namespace VampNet.Quantization.Judging;

/// <summary>Loss, speed and size of a quantized graph on this machine and provider.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Speed">The speed.</param>
/// <param name="BytesBefore">The reference's files.</param>
/// <param name="BytesAfter">Its files.</param>
public sealed record QuantizationJudgement(QuantizationLoss Loss, SpeedRatio Speed, long BytesBefore, long BytesAfter)
{
    /// <summary>One line: what to run on this machine, and the reason. A gain within the spread of the measurement does not
    /// count, nor does any gain where the error has more power than the output.</summary>
    /// <param name="scheme">Name of the quantized graph in the sentence.</param>
    /// <param name="provider">Execution provider that it was timed on; null for the processor.</param>
    public string Recommend(string scheme, SessionProvider? provider = null)
    {
        if (Loss.SignalToNoise is < 0 and { } noise)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"recommend: float32, the error of {scheme} is larger than the output itself (SQNR {noise:0.0} dB)"
            );
        }

        string here = provider is null or { IsProcessor: true } ? "here" : $"here on {provider.Description}";
        string size = (BytesAfter / (double)BytesBefore).ToString("0%", CultureInfo.InvariantCulture);
        string speed = Speed.Describe();
        return Speed switch
        {
            { Lowest: > 1 } => $"recommend: {scheme} {speed}{(here == "here" ? "" : $" {here}")}, {size} of the size",
            { Highest: < 1 } => $"recommend: float32, {scheme} is {speed} {here}",
            _ when BytesAfter >= BytesBefore => $"recommend: float32, {scheme} is not smaller ({size}); speed {here}: {speed}",
            _ => $"recommend: {scheme} for its size only ({size}); speed {here}: {speed}",
        };
    }
}
