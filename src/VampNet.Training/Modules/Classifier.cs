using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VampNet.Training.Modules;

/// <summary>The last layer, under upstream's path <c>classifier.layers.0</c>.</summary>
internal sealed class Classifier : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<WeightNormLinear> layers;

    public Classifier(int inputs, int outputs)
        : base(nameof(Classifier))
    {
        layers = nn.ModuleList(new WeightNormLinear(inputs, outputs));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => layers[0].forward(x);
}
