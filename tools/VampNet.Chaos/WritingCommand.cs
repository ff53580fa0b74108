namespace VampNet.Chaos;

/// <summary>A command that writes files, in two forms whose results differ: what lay there before, and what replaces it.</summary>
/// <param name="Name">The command.</param>
/// <param name="Earlier">The words after <c>vampnet</c> that write the earlier files.</param>
/// <param name="Later">The words that replace them.</param>
/// <param name="Outputs">All files written, below the folder; the first is the one that names the others.</param>
internal sealed record WritingCommand(string Name, string[] Earlier, string[] Later, string[] Outputs)
{
    /// <summary>Every command that writes, at the outputs of one folder.</summary>
    /// <param name="inputs">Models, sounds and codes that the commands read.</param>
    /// <param name="folder">Folder to write to.</param>
    public static WritingCommand[] All(ChaosInputs inputs, string folder)
    {
        string At(string name) => Path.Combine(folder, name);
        string coarse = Path.Combine(inputs.Models, "coarse.onnx"),
            c2f = Path.Combine(inputs.Models, "c2f.onnx");
        string[] models = ["--models", inputs.Models];
        return
        [
            new(
                "optimize",
                ["optimize", c2f, At("graph.onnx"), "--external-data", "--no-check"],
                ["optimize", coarse, At("graph.onnx"), "--external-data", "--no-check"],
                ["graph.onnx", "graph.onnx.data"]
            ),
            new(
                "quantize",
                ["quantize", c2f, At("small.onnx"), "--judge", "0"],
                ["quantize", coarse, At("small.onnx"), "--judge", "0"],
                ["small.onnx", "small.onnx.data"]
            ),
            new(
                "encode",
                ["encode", inputs.OtherSound, At("codes.safetensors"), .. models],
                ["encode", inputs.Sound, At("codes.safetensors"), .. models],
                ["codes.safetensors"]
            ),
            new(
                "decode",
                ["decode", inputs.OtherCodes, At("decoded.wav"), .. models],
                ["decode", inputs.Codes, At("decoded.wav"), .. models],
                ["decoded.wav"]
            ),
            new(
                "vamp",
                ["vamp", inputs.Sound, At("vamp.wav"), .. models, "--steps", "1", "--seed", "1", "--picture", At("vamp.png")],
                ["vamp", inputs.Sound, At("vamp.wav"), .. models, "--steps", "1", "--seed", "2", "--picture", At("vamp.png")],
                ["vamp.wav", "vamp.json", "vamp.png"]
            ),
            new(
                "export",
                ["export", "--checkpoints", inputs.Checkpoints, "--out", At("models"), "--target", "portable"],
                ["export", "--checkpoints", inputs.Checkpoints, "--out", At("models"), "--target", "onnxruntime"],
                ["models/manifest.json", "models/coarse.onnx", "models/coarse.onnx.data", "models/codec_decoder.onnx"]
            ),
        ];
    }
}
