using VampNet.Checkpoints.Metadata;

namespace VampNet.Checkpoints.Tests.Layouts;

public sealed class PickledCheckpointTests
{
    private static readonly string W = Archives.Text("w");

    [Fact]
    public void Read_ABareStateDictWithSettings_KeepsThemAsMetadata()
    {
        using Checkpoint checkpoint = Checkpoint.Open(CheckpointZoo.Path("parameter.pth"));

        Assert.Equal(0.001, checkpoint.Metadata["lr"]!.AsDouble());
        Assert.Equal(["w"], checkpoint.Tensors.Keys);
    }

    [Fact]
    public void Read_WhatLiesBesideStateDictAndMetadata_IsKept()
    {
        using Checkpoint checkpoint = Archives.Read(
            Archives.Pth(Archives.Pickle($"}}({Archives.Text("epoch")}K\u0007{Archives.Text("state_dict")}}}{W}{Archives.Tensor}su"))
        );

        Assert.Equal(7, checkpoint.Extras["epoch"]!.AsInt32());
        Assert.Equal(MetadataValue.EmptyMapping, checkpoint.Metadata);
    }

    [Theory]
    [InlineData("VNC0401", "]")]
    [InlineData("VNC0401", "N")]
    [InlineData("VNC0402", "cos\nsystem\n(X\u0002\0\0\0rmtR")]
    [InlineData("VNC0402", "cos\nsystem\n")]
    [InlineData("VNC0403", "}X\n\0\0\0state_dictNs")]
    [InlineData("VNC0403", "}X\n\0\0\0state_dict}K\u0001K\u0002ss")]
    [InlineData("VNC0403", "}X\n\0\0\0state_dict}X\u0001\0\0\0wG\0\0\0\0\0\0\0\0ss")]
    [InlineData("VNC0402", "}X\n\0\0\0state_dict}X\u0001\0\0\0wctorch._tensor\n_rebuild_from_type_v2\n)Rss")]
    [InlineData("VNC0402", "}X\u0001\0\0\0wctorch._tensor\n_rebuild_from_type_v2\n)Rs")]
    [InlineData("VNC0404", "}")]
    [InlineData("VNC0404", "}X\n\0\0\0state_dict}s")]
    public void Read_NoStateDict_IsRefused(string id, string opcodes) => Archives.Refused(id, Archives.Pth(Archives.Pickle(opcodes)));

    [Fact]
    public void Read_AnUnknownClassInTheTensorPart_IsNamedAsNotCalled() =>
        Assert.Contains(
            "os.system at 'w' in the state dict; it was not called",
            Archives.Refused("VNC0402", Archives.Pth(Archives.Saved("N", "cos\nsystem\n)R"))),
            StringComparison.Ordinal
        );

    [Fact]
    public void Read_APickledModule_IsRebuiltAsStateDictDoes()
    {
        string child = Module("b", "", parameters: $"{Archives.Text("weight")}{Archives.Tensor}s{Archives.Text("bias")}Ns", modules: "");
        string root = Module(
            "a",
            $"{Archives.Text("_non_persistent_buffers_set")}c__builtin__\nset\n"
                + $"]{Archives.Text("cache")}a\u0085Rs{Archives.Text("metadata")}}}{Archives.Text("k")}K\u0005ss",
            parameters: $"{Archives.Text("gain")}{Archives.Tensor}s",
            modules: $"{Archives.Text("0")}{child}s{Archives.Text("1")}Ns",
            buffers: $"{Archives.Text("cache")}{Archives.Tensor}s{Archives.Text("mean")}{Archives.Tensor}s"
        );
        using Checkpoint checkpoint = Archives.Read(Archives.Pth(Archives.Pickle(root)));

        Assert.Equal(["gain", "mean", "0.weight"], checkpoint.TensorList.Select(tensor => tensor.Name));
        Assert.Equal(5, checkpoint.Metadata["k"]!.AsInt32());
        Assert.Single(checkpoint.TensorList.Select(tensor => tensor.StorageName).Distinct());
    }

    [Theory]
    [InlineData("VNC0403", "", "K\u0001K\u0002s")]
    [InlineData("VNC0402", "", "X\u0001\0\0\0xca\nB\n)Rs")]
    [InlineData("VNC0403", "K\u0001K\u0002s", "")]
    [InlineData("VNC0403", "X\u0001\0\0\0xK\u0002s", "")]
    [InlineData("VNC0404", "", "")]
    public void Read_AModuleThatIsNone_IsRefused(string id, string parameters, string modules) =>
        Archives.Refused(id, Archives.Pth(Archives.Pickle(Module("a", "", parameters, modules))));

    [Fact]
    public void Read_TensorsWhoseNamesCollide_IsRefused() =>
        Archives.Refused(
            "VNC0403",
            Archives.Pth(
                Archives.Pickle(
                    Module(
                        "a",
                        "",
                        $"{Archives.Text("x.y")}{Archives.Tensor}s",
                        $"{Archives.Text("x")}{Module("b", "", $"{Archives.Text("y")}{Archives.Tensor}s", "")}s"
                    )
                )
            )
        );

    [Fact]
    public void Read_AModuleThatHoldsItself_IsRefused()
    {
        string self = Module("a", "", "", $"{Archives.Text("x")}h\u0001s").Replace("\u0081", "\u0081q\u0001", StringComparison.Ordinal);

        Archives.Refused("VNC0409", Archives.Pth(Archives.Pickle(self)));
    }

    [Fact]
    public void Read_ModulesSharedToBlowUp_AreRefusedEarly()
    {
        // Forty modules, each holding the one before it twice: 2^40 paths in 4 kB.
        string pickle = Module("m", "", "", "") + "q\0";
        for (int i = 0; i < 40; i++)
        {
            pickle = $"{pickle}0{Module("m", "", "", $"{Archives.Text("a")}h{(char)i}s{Archives.Text("b")}h{(char)i}s")}q{(char)(i + 1)}";
        }

        Archives.Refused("VNC0409", Archives.Pth(Archives.Pickle(pickle)));
    }

    private static string Module(string name, string state, string parameters, string modules, string buffers = "") =>
        $"cnet\n{name}\n"
        + $")\u0081}}{Archives.Text("_parameters")}}}{parameters}s{Archives.Text("_buffers")}}}{buffers}s"
        + $"{Archives.Text("_modules")}}}{modules}s{state}b";
}
