using System.CommandLine;
using System.Globalization;
using VampNet.BandMaker;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Models;

Option<DirectoryInfo> output = new("--out")
{
    Required = true,
    HelpName = "DIR",
    Description = "Write the pieces into this folder as piece-SEED.wav.",
};
Option<int> pieces = new("--pieces")
{
    HelpName = "N",
    Description = "Make N pieces, from consecutive seeds.",
    DefaultValueFactory = _ => 1,
};
Option<ulong> seed = new("--seed")
{
    HelpName = "N",
    Description = "Seed of the first piece; equal seeds give equal files.",
    DefaultValueFactory = _ => 1,
};
Option<double> seconds = new("--seconds")
{
    HelpName = "SECONDS",
    Description = "Length of each piece, rounded up to a codec frame (768 samples at 44.1 kHz).",
    DefaultValueFactory = _ => 10,
};
Option<string> setting = new("--setting")
{
    Description = "home: the band that the demo models know. away: another key, and organ and marimba instead of electric piano and bell.",
    DefaultValueFactory = _ => BandSetting.Home.Name,
};
setting.AcceptOnlyFromAmong([.. BandSetting.All.Select(each => each.Name)]);
Option<FileInfo?> codec = new("--codec")
{
    HelpName = "FILE",
    Description = "Also write piece-SEED.safetensors: the codes (int64 [1,C,T]) that this codec_encoder.onnx makes of the piece.",
};

RootCommand command = new(
    "Composes and renders pieces of the demo's band. No recordings, no samples: the result is under this repository's licence."
)
{
    output,
    pieces,
    seed,
    seconds,
    setting,
    codec,
};
command.SetAction(arguments =>
{
    DirectoryInfo folder = arguments.GetRequiredValue(output);
    folder.Create();
    int frames = (int)Math.Ceiling(arguments.GetValue(seconds) * BandClock.SampleRate / BandClock.FrameSamples);
    BandSetting band = BandSetting.All.Single(each => each.Name == arguments.GetValue(setting));
    BandRenderer renderer = new();
    using CodecEncoder? encoder = arguments.GetValue(codec) is { } file ? CodecEncoder.Open(file.FullName, new ModelOptions()) : null;
    for (int i = 0; i < arguments.GetValue(pieces); i++)
    {
        ulong number = arguments.GetValue(seed) + (ulong)i;
        BandPiece piece = BandComposer.Compose(band, number, frames);
        AudioClip clip = renderer.Render(piece, frames);
        string name = Path.Combine(folder.FullName, string.Create(CultureInfo.InvariantCulture, $"piece-{number}"));
        using (FileStream stream = File.Create($"{name}.wav"))
        {
            WavWriter.Write(stream, clip, WavEncoding.Pcm16);
        }

        if (encoder is not null)
        {
            BandCodes.Write($"{name}.safetensors", encoder.Encode(clip.Channels[0]), encoder);
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}.wav: style {piece.Style}, {piece.TickFrames} frames a tick, {clip.Duration.TotalSeconds:F2} s"
            )
        );
    }
});
return command.Parse(args).Invoke();
