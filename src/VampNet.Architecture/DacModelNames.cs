using System.Globalization;

namespace VampNet.Architecture;

/// <summary>
/// The names that Hugging Face's transformers gives the parameters of a DAC codec, and those of descript-audio-codec.
/// Source: huggingface/transformers, <c>DacModel</c>.
/// </summary>
internal static class DacModelNames
{
    /// <summary>The name in a <c>DacModel</c> of a parameter of <see cref="CodecManifest.Folded"/>.</summary>
    /// <param name="name">Upstream's name, as in <c>decoder.model.1.block.2.block.0.alpha</c>.</param>
    /// <param name="configuration">The codec, whose number of blocks decides which module is the last one.</param>
    public static string OfParameter(string name, CodecConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configuration);
        string[] path = name.Split('.');
        return path switch
        {
            ["encoder", "block", var block, .. var rest] =>
                $"encoder.{Block(block, configuration.EncoderRates.Length, rest, EncoderModule)}",
            ["decoder", "model", var block, .. var rest] =>
                $"decoder.{Block(block, configuration.DecoderRates.Length, rest, DecoderModule)}",
            _ => name,
        };
    }

    // Modules 0, 1..n, n + 1 and n + 2 of a sequence are the first convolution, n blocks, snake and the last convolution.
    private static string Block(string index, int blocks, string[] rest, Func<string[], string> module)
    {
        int i = int.Parse(index, CultureInfo.InvariantCulture);
        return i switch
        {
            0 => $"conv1.{rest[0]}",
            _ when i <= blocks => $"block.{i - 1}.{module(rest[1..])}",
            _ when i == blocks + 1 => $"snake1.{rest[0]}",
            _ => $"conv2.{rest[0]}",
        };
    }

    private static string EncoderModule(string[] path) =>
        path switch
        {
            ["3", var parameter] => $"snake1.{parameter}",
            ["4", var parameter] => $"conv1.{parameter}",
            _ => Unit(path, 1),
        };

    private static string DecoderModule(string[] path) =>
        path switch
        {
            ["0", var parameter] => $"snake1.{parameter}",
            ["1", var parameter] => $"conv_t1.{parameter}",
            _ => Unit(path, -1),
        };

    // ["0", "block", "1", "weight"] to res_unit1.conv1.weight.
    private static string Unit(string[] path, int offset)
    {
        string part = path[2] switch
        {
            "0" => "snake1",
            "1" => "conv1",
            "2" => "snake2",
            _ => "conv2",
        };
        return $"res_unit{int.Parse(path[0], CultureInfo.InvariantCulture) + offset}.{part}.{path[3]}";
    }
}
