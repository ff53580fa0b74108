using System.CommandLine;
using VampNet.Runtime.Audio;

namespace VampNet.Cli.Music;

/// <summary><c>--format</c>: how the samples of an output are stored.</summary>
internal sealed class SampleFormatOption
{
    private readonly Option<string> _format = new("--format")
    {
        DefaultValueFactory = _ => "pcm24",
        Description = "Store samples in this format.",
    };

    public SampleFormatOption() => _format.TakeOneOf("pcm16", "pcm24", "float32");

    /// <summary>The option itself.</summary>
    public Option Option => _format;

    /// <summary>The format that a command line asks for.</summary>
    public WavEncoding Read(ParseResult arguments) =>
        arguments.GetValue(_format) switch
        {
            "pcm16" => WavEncoding.Pcm16,
            "pcm24" => WavEncoding.Pcm24,
            _ => WavEncoding.Float32,
        };
}
