using System.Globalization;

namespace VampNet.Runtime.Models;

/// <summary>Parses and prints the execution provider: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>, with N the GPU's number.</summary>
public static class ProviderText
{
    /// <summary>The largest number of a GPU.</summary>
    public const int MostDevice = 255;

    private const string Cuda = "cuda";
    private const string Tf32 = "use_tf32";

    /// <summary>Parses a word.</summary>
    /// <returns>The provider and the number of the GPU; null if the text is not one.</returns>
    public static (ExecutionProvider Provider, int Device)? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text switch
        {
            "cpu" => (ExecutionProvider.Cpu, 0),
            Cuda => (ExecutionProvider.Cuda, 0),
            _ when text.StartsWith($"{Cuda}:", StringComparison.Ordinal)
                    && int.TryParse(text.AsSpan(Cuda.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int device)
                    && device <= MostDevice => (ExecutionProvider.Cuda, device),
            _ => null,
        };
    }

    /// <summary>Describes the provider with its options: <c>cpu</c>, or such as <c>cuda:0 use_tf32=1</c>. Equal texts mean equal
    /// settings.</summary>
    public static string Describe(ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Provider == ExecutionProvider.Cpu)
        {
            return "cpu";
        }

        // TF32 changes results, and is on unless told otherwise: a description always says which.
        Dictionary<string, string> all = new(options.ProviderOptions);
        all.TryAdd(Tf32, "1");
        IEnumerable<string> settings = all.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $" {each.Key}={each.Value}");
        return string.Create(CultureInfo.InvariantCulture, $"{Cuda}:{options.Device}{string.Concat(settings)}");
    }
}
